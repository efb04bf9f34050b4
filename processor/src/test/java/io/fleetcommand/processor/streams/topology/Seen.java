package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Source;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A {@link io.fleetcommand.processor.core.ports.RequestObserver} that records its calls. */
final class Seen implements RequestObserver {
    final List<String> events = new ArrayList<>();
    final Map<Source, Integer> held = new EnumMap<>(Source.class);
    int backingOff;
    /** Ids of requests that nobody can look at. */
    final Set<String> fatal = new HashSet<>();

    @Override
    public void found(LedgerEntry entry) {
        events.add("found " + entry.key().requestId() + " " + entry.phase());
    }

    @Override
    public void changed(Optional<LedgerEntry> known, LedgerEntry next) {
        if (fatal.contains(next.key().requestId())) {
            throw new IllegalStateException("a bug, met at " + next.key().requestId());
        }
        String before = known.map(entry -> entry.phase().name()).orElse("NEW");
        events.add(next.key().requestId() + " " + before + " " + next.phase());
    }

    @Override
    public void answered(Request request, Result result) {
        events.add("answered " + request.id() + " " + result.status());
    }

    @Override
    public void repeated(Request request) {
        events.add("repeated " + request.id());
    }

    @Override
    public void backingOff(int devices) {
        backingOff = devices;
    }

    @Override
    public void held(Source source, int records) {
        held.put(source, records);
    }

    @Override
    public void setAside(Source source) {
        events.add("set aside " + source);
    }

    @Override
    public void ended() {
        events.add("ended");
    }
}
