package io.fleetcommand.simulator.timing;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** Parses durations on the command line: {@code 150ms}, {@code 30s}, {@code 5m}, {@code 24h}, {@code 90d}. */
public final class Span {
    static final String UNIT = "ms|s|m|h|d";
    private static final Pattern FORMAT = Pattern.compile("(\\d+(?:\\.\\d+)?)(" + UNIT + ")");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private Span() {}

    /** @throws IllegalArgumentException if the text is not a number with one of the units ms, s, m, h, d */
    public static Duration parse(String text) {
        var matcher = FORMAT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a length of time: write a number and ms, s, m, h or d, such as 150ms or 30s");
        }
        return of(matcher.group(1), matcher.group(2));
    }

    static Duration of(String number, String unit) {
        return Duration.ofNanos(new BigDecimal(number)
                .multiply(BigDecimal.valueOf(UNITS.get(unit).toNanos()))
                .longValueExact());
    }
}
