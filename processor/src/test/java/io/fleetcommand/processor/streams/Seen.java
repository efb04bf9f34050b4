package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Answer;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Observer;
import io.fleetcommand.processor.core.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes down what an observer is told. */
final class Seen implements Observer {
    final List<String> news = new ArrayList<>();
    int resting;

    @Override
    public void found(Entry entry) {
        news.add("found " + entry.id() + " " + entry.phase());
    }

    @Override
    public void changed(Optional<Entry> known, Entry next) {
        String before = known.map(entry -> entry.phase().name()).orElse("NEW");
        news.add(next.id() + " " + before + " " + next.phase());
    }

    @Override
    public void answered(Request request, Answer answer) {
        news.add("answered " + request.id() + " " + answer.status());
    }

    @Override
    public void repeated(Request request) {
        news.add("repeated " + request.id());
    }

    @Override
    public void resting(int devices) {
        resting = devices;
    }

    @Override
    public void ended() {
        news.add("ended");
    }
}
