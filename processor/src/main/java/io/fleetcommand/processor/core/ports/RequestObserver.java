package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Source;
import java.util.List;
import java.util.Optional;

/** Observes the requests of one task and changes nothing. Called by the task's stream thread. */
public interface RequestObserver {
    /** An open entry of an earlier owner was restored. */
    void found(LedgerEntry entry);

    /**
     * The ledger entry of a request has changed.
     *
     * @param known the previous entry; empty for a new request
     */
    void changed(Optional<LedgerEntry> known, LedgerEntry next);

    /** A request got its result. */
    void answered(Request request, Result result);

    /** A request that was sent again got its stored result again. */
    void repeated(Request request);

    /** Reports how many devices back off at the moment. */
    void backingOff(int devices);

    /** Reports how many records of a source are held until the schema registry supplies their schemas. */
    void held(Source source, int records);

    /** A record that cannot be processed was set aside; its sender need not be at fault. */
    void setAside(Source source);

    /** The task has closed on this instance; another one takes over its requests. */
    void ended();

    /** Combines several observers; they are called in order. */
    static RequestObserver all(RequestObserver... observers) {
        List<RequestObserver> all = List.of(observers);
        return new RequestObserver() {
            @Override
            public void found(LedgerEntry entry) {
                all.forEach(observer -> observer.found(entry));
            }

            @Override
            public void changed(Optional<LedgerEntry> known, LedgerEntry next) {
                all.forEach(observer -> observer.changed(known, next));
            }

            @Override
            public void answered(Request request, Result result) {
                all.forEach(observer -> observer.answered(request, result));
            }

            @Override
            public void repeated(Request request) {
                all.forEach(observer -> observer.repeated(request));
            }

            @Override
            public void backingOff(int devices) {
                all.forEach(observer -> observer.backingOff(devices));
            }

            @Override
            public void held(Source source, int records) {
                all.forEach(observer -> observer.held(source, records));
            }

            @Override
            public void setAside(Source source) {
                all.forEach(observer -> observer.setAside(source));
            }

            @Override
            public void ended() {
                all.forEach(RequestObserver::ended);
            }
        };
    }
}
