package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.core.ports.ReplyObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** Counts copies for reply topics by result. Thread-safe. */
public final class MeteredReplies implements ReplyObserver {
    private final Counter sent;
    private final Map<ReplyFailure, Counter> givenUp = new EnumMap<>(ReplyFailure.class);

    public MeteredReplies(MeterRegistry registry) {
        this.sent = Metrics.REPLIES_SENT.counter(registry);
        for (ReplyFailure cause : ReplyFailure.values()) {
            givenUp.put(cause, Metrics.REPLIES_GIVEN_UP.counter(registry, cause));
        }
    }

    @Override
    public void sent() {
        sent.increment();
    }

    @Override
    public void givenUp(ReplyFailure cause) {
        givenUp.get(cause).increment();
    }
}
