package io.fleetcommand.processor.cloud;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;

/** Parses the Retry-After header in both forms, seconds and an HTTP date. */
final class RetryAfter {
    private static final String HEADER = "Retry-After";
    /** Header that hides the Retry-After of a 503 from OkHttp, which would retry the request at once on a 0. */
    private static final String HIDDEN_HEADER = "Cloud-Retry-After";

    /** Upper bound: a wrong clock or a typing error on the server must not stop the fleet for days. */
    private static final long MAX_MS = TimeUnit.HOURS.toMillis(1);

    private RetryAfter() {}

    /** Renames the header of a 503. */
    static Response hiddenFromOkHttp(Response response) {
        String header = response.header(HEADER);
        return response.code() == 503 && header != null
                ? response.newBuilder()
                        .removeHeader(HEADER)
                        .header(HIDDEN_HEADER, header)
                        .build()
                : response;
    }

    /** The delay in milliseconds that a response asks for, from 0 to one hour; 0 if it asks for none. */
    static long ms(Response response, Instant now) {
        return ms(response.header(HIDDEN_HEADER, response.header(HEADER, "")), now);
    }

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
