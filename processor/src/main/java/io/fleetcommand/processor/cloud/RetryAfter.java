package io.fleetcommand.processor.cloud;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.TimeUnit;

/** Parses the Retry-After header in both forms, seconds and an HTTP date. */
final class RetryAfter {
    /** Upper bound: a wrong clock or a typing error on the server must not stop the fleet for days. */
    private static final long MAX_MS = TimeUnit.HOURS.toMillis(1);

    private RetryAfter() {}

    /**
     * @param header value of the header; empty if it was not sent
     * @return the delay in milliseconds, from 0 to one hour; 0 if the value is invalid
     */
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
        } catch (DateTimeParseException invalid) {
            return 0;
        }
    }

    private static long bounded(long ms) {
        return Math.max(0, Math.min(MAX_MS, ms));
    }
}
