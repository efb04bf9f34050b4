package io.fleetcommand.processor.cloud;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.TimeUnit;

/** The Retry-After header in both its forms, seconds and a date. */
final class RetryAfter {
    /** A longer wish is not believed: a wrong clock or a typing error must not stop the fleet for days. */
    private static final long MAX_MS = TimeUnit.HOURS.toMillis(1);

    private RetryAfter() {}

    /** @param header the header's value; empty if it was not sent */
    static long ms(String header, Instant now) {
        String text = header.strip();
        if (text.isEmpty()) {
            return 0;
        }
        if (text.chars().allMatch(Character::isDigit)) {
            return text.length() > 9 ? MAX_MS : bounded(TimeUnit.SECONDS.toMillis(Long.parseLong(text)));
        }
        try {
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return bounded(until.toEpochMilli() - now.toEpochMilli());
        } catch (DateTimeParseException neither) {
            return 0;
        }
    }

    private static long bounded(long ms) {
        return Math.max(0, Math.min(MAX_MS, ms));
    }
}
