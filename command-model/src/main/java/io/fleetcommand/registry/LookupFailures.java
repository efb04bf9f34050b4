package io.fleetcommand.registry;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.SerializationException;

/** A cache of failed schema lookups by id, with a TTL of a minute, as an unknown id may be registered. Thread-safe. */
final class LookupFailures {
    static final long TTL_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Map<Integer, Failure> byId;
    private final LongSupplier nanoClock;

    /** @param max maximum number of entries; the oldest are evicted first */
    LookupFailures(int max, LongSupplier nanoClock) {
        this.byId = BoundedMaps.fifo(max);
        this.nanoClock = nanoClock;
    }

    /** @param exception without stack trace, as it is thrown again by any thread */
    private record Failure(SerializationException exception, long atNanos) {}

    void put(int id, SerializationException exception) {
        byId.put(id, new Failure(exception, nanoClock.getAsLong()));
    }

    Optional<SerializationException> get(int id) {
        Failure failure = byId.get(id);
        if (failure == null) {
            return Optional.empty();
        }
        if (nanoClock.getAsLong() - failure.atNanos() >= TTL_NANOS) {
            byId.remove(id, failure);
            return Optional.empty();
        }
        return Optional.of(failure.exception());
    }
}
