package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Source;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the number of held records: to the observer when it changes, and in the log while records stay held. Confined
 * to the task's stream thread.
 */
final class HeldReport {
    private static final Logger LOG = LoggerFactory.getLogger(HeldReport.class);
    private static final Duration WARNING_INTERVAL = Duration.ofSeconds(10);

    private final RequestObserver observer;
    private final Map<Source, Integer> reported = new EnumMap<>(Source.class);
    private OptionalLong warnsAtMs = OptionalLong.empty();

    HeldReport(RequestObserver observer) {
        this.observer = observer;
    }

    /** Whether the observer knows of no held records. */
    boolean isEmpty() {
        return reported.isEmpty();
    }

    /** @param held number of held records by source; sources without held records are absent */
    void report(Map<Source, Integer> held, long nowMs) {
        if (!held.equals(reported)) {
            for (Source source : Source.values()) {
                observer.held(source, held.getOrDefault(source, 0));
            }
            reported.clear();
            reported.putAll(held);
        }
        if (held.isEmpty()) {
            warnsAtMs = OptionalLong.empty();
        } else {
            warnIfStale(held, nowMs);
        }
    }

    /**
     * Warns of records that are still held after a while; the first record with each schema is held for a moment, which
     * is not worth a warning.
     */
    private void warnIfStale(Map<Source, Integer> held, long nowMs) {
        if (warnsAtMs.isPresent() && nowMs >= warnsAtMs.getAsLong()) {
            LOG.warn(
                    "records held until the schema registry supplies their schemas: {}. Check schema.registry.url and"
                            + " that the registry runs",
                    held);
        }
        if (warnsAtMs.isEmpty() || nowMs >= warnsAtMs.getAsLong()) {
            warnsAtMs = OptionalLong.of(nowMs + WARNING_INTERVAL.toMillis());
        }
    }
}
