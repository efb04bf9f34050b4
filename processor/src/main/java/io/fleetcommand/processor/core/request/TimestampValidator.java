package io.fleetcommand.processor.core.request;

import io.fleetcommand.processor.core.request.RequestValidator.Fault;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Checks that the times in a request are plausible: one in the wrong unit would lie in the distant past or future. */
final class TimestampValidator {
    /** Older times are rejected: a topic may be read again after years, but not after this many. */
    private static final long OLDEST_MS = 10L * 365 * 24 * 3_600_000;

    private static final Map<Long, String> UNITS =
            new TreeMap<>(Map.of(1_000L, "microseconds", 1_000_000L, "nanoseconds"));

    private TimestampValidator() {}

    /** @param maxTtlMs the longest time from now to a deadline */
    static Optional<Fault> fault(Request request, long nowMs, long maxTtlMs) {
        long latestMs = SaturatedMath.sum(nowMs, maxTtlMs);
        return created(request, nowMs, latestMs)
                .or(() -> deadline(request, nowMs, latestMs, maxTtlMs))
                .or(() -> notBefore(request, nowMs));
    }

    private static Optional<Fault> created(Request request, long nowMs, long latestMs) {
        long createdMs = request.createdAtMs();
        if (isTooOld(createdMs, nowMs)) {
            return tooOld("created_at", createdMs, nowMs);
        }
        return createdMs > latestMs
                ? fault("created_at", createdMs, nowMs, "lies too far ahead of this instance's clock")
                : Optional.empty();
    }

    private static Optional<Fault> deadline(Request request, long nowMs, long latestMs, long maxTtlMs) {
        long deadlineMs = request.deadlineMs();
        if (isTooOld(deadlineMs, nowMs)) {
            return tooOld("deadline", deadlineMs, nowMs);
        }
        return deadlineMs > latestMs
                ? fault(
                        "deadline",
                        deadlineMs,
                        nowMs,
                        "is more than " + maxTtlMs + " ms ahead, the longest time to live (request.ttl.max.ms)")
                : Optional.empty();
    }

    private static Optional<Fault> notBefore(Request request, long nowMs) {
        long notBeforeMs = request.notBeforeMs();
        if (notBeforeMs != 0 && isTooOld(notBeforeMs, nowMs)) {
            return tooOld("not_before", notBeforeMs, nowMs);
        }
        return notBeforeMs > request.deadlineMs()
                ? fault(
                        "not_before",
                        notBeforeMs,
                        nowMs,
                        "is later than the deadline, " + Instant.ofEpochMilli(request.deadlineMs())
                                + ": it could never run")
                : Optional.empty();
    }

    private static boolean isTooOld(long timeMs, long nowMs) {
        return timeMs < SaturatedMath.difference(nowMs, OLDEST_MS);
    }

    private static Optional<Fault> tooOld(String name, long timeMs, long nowMs) {
        return fault(name, timeMs, nowMs, "passed more than ten years ago");
    }

    private static Optional<Fault> fault(String name, long timeMs, long nowMs, String why) {
        return Optional.of(new Fault(
                Reason.OUT_OF_RANGE,
                name + " " + timeMs + " (" + Instant.ofEpochMilli(timeMs) + ") " + why
                        + unit(timeMs, nowMs)
                                .map(unit ->
                                        "; " + timeMs + " looks like " + unit + ", and timestamps are milliseconds")
                                .orElse("")));
    }

    /** The other unit in which the number would be a plausible time, if any. */
    private static Optional<String> unit(long time, long nowMs) {
        if (time > 0 && time < Long.MAX_VALUE / 1_000 && isPlausible(time * 1_000, nowMs)) {
            return Optional.of("seconds");
        }
        return UNITS.entrySet().stream()
                .filter(unit -> isPlausible(time / unit.getKey(), nowMs))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static boolean isPlausible(long timeMs, long nowMs) {
        return !isTooOld(timeMs, nowMs) && timeMs < SaturatedMath.sum(nowMs, OLDEST_MS);
    }
}
