package io.fleetcommand.registry;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.SerializationException;

/** Why nothing can be read by some schema ids, remembered for a minute: an unknown id may become known. Thread-safe. */
final class LookupFailures {
    static final long TTL_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Map<Integer, Failure> byId;
    private final LongSupplier nanoClock;

    /** @param most how many are remembered at once; the oldest are forgotten first */
    LookupFailures(int most, LongSupplier nanoClock) {
        this.byId = BoundedMaps.fifo(most);
        this.nanoClock = nanoClock;
    }

    /** @param why has no stack trace, as all of its kind: it is thrown again, by any thread */
    private record Failure(SerializationException why, long atNanos) {}

    void remember(int id, SerializationException why) {
        byId.put(id, new Failure(why, nanoClock.getAsLong()));
    }

    Optional<SerializationException> of(int id) {
        Failure refusal = byId.get(id);
        if (refusal == null) {
            return Optional.empty();
        }
        if (nanoClock.getAsLong() - refusal.atNanos() >= TTL_NANOS) {
            byId.remove(id, refusal);
            return Optional.empty();
        }
        return Optional.of(refusal.why());
    }
}
