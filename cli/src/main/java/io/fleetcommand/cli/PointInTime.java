package io.fleetcommand.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time on the command line: so long ago (90s, 15m, 2h, 7d), or as in 2026-11-25T07:30:00Z. */
record PointInTime(Optional<Duration> ago, Optional<Instant> instant) {
    private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhd])");
    private static final Map<String, Duration> UNITS = Map.of(
            "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h", Duration.ofHours(1), "d", Duration.ofDays(1));

    Instant from(Instant now) {
        return instant.orElseGet(() -> now.minus(ago.orElseThrow()));
    }

    /** How picocli reads one. */
    static final class Converter implements ITypeConverter<PointInTime> {
        @Override
        public PointInTime convert(String text) {
            Matcher ago = AGO.matcher(text);
            if (ago.matches()) {
                Duration unit = UNITS.get(ago.group(2));
                return new PointInTime(Optional.of(unit.multipliedBy(Long.parseLong(ago.group(1)))), Optional.empty());
            }
            try {
                return new PointInTime(Optional.empty(), Optional.of(Instant.parse(text)));
            } catch (DateTimeParseException neither) {
                throw new TypeConversionException(
                        "'" + text + "' is no time: write 90s, 15m, 2h or 7d ago, or 2026-11-25T07:30:00Z");
            }
        }
    }
}
