package io.fleetcommand.simulator.timing;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The latency of calls to a device: uniformly distributed over {@code mean ± spread}. Immutable.
 *
 * @param mean not negative
 * @param spread not negative, not more than the mean
 */
public record Latency(Duration mean, Duration spread) {
    private static final Pattern FORMAT = Pattern.compile(
            "(\\d+(?:\\.\\d+)?)(" + Span.UNIT + ")(?:\\s*(?:±|\\+-|\\+/-)\\s*(\\d+(?:\\.\\d+)?)(" + Span.UNIT + ")?)?");

    public Latency {
        if (mean.isNegative() || spread.isNegative() || spread.compareTo(mean) > 0) {
            throw new IllegalArgumentException("the latency must lie between zero and twice its mean");
        }
    }

    public static Latency steady(Duration mean) {
        return new Latency(mean, Duration.ZERO);
    }

    /**
     * Parses {@code 150ms}, {@code 150ms±50} or {@code 150ms+-50}; a spread without unit has the unit of the mean.
     *
     * @throws IllegalArgumentException if the text has another format
     */
    public static Latency parse(String text) {
        var matcher = FORMAT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a latency: write it as 150ms, 150ms±50 or 150ms+-50");
        }
        var mean = Span.of(matcher.group(1), matcher.group(2));
        if (matcher.group(3) == null) {
            return steady(mean);
        }
        return new Latency(
                mean, Span.of(matcher.group(3), matcher.group(4) == null ? matcher.group(2) : matcher.group(4)));
    }

    public long drawNanos(RandomGenerator random) {
        long spreadNanos = spread.toNanos();
        return mean.toNanos() + (spreadNanos == 0 ? 0 : random.nextLong(-spreadNanos, spreadNanos + 1));
    }
}
