package io.fleetcommand.simulator.faults;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can go wrong on demand. */
public enum FaultKind {
    /** An answer with the given status, and its usual or the given body. */
    STATUS,
    /** The right answer, {@code delay_ms} later. */
    SLOW,
    /** No answer; the connection stays open for {@code delay_ms} (default 10 minutes), then it is reset. */
    HANG,
    /** The TCP connection is reset without an answer. */
    RESET,
    /** The right status with a body that is not JSON: cut in the middle. */
    BAD_JSON,
    /** An HTML page, as from the front end, with the given status (default 502). */
    HTML,
    /** 429 in the form of the profile. */
    THROTTLE,
    /** 429 whose body is a JSON string that holds the JSON object. */
    DOUBLE_ENCODED_429,
    /** The token that the request shows is revoked for good, then the request goes its way. */
    TOKEN_REVOKED,
    /** Every route answers 503 with an HTML page. */
    CLOUD_DOWN,
    /** The listening sockets and all connections are closed: new connections are refused. Not for a part of the requests. */
    CONNECTIONS_REFUSED;

    /** The name in JSON. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such kind; the message lists those that there are */
    public static FaultKind of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is not a kind of fault; there are "
                        + Arrays.stream(values()).map(FaultKind::word).collect(Collectors.joining(", "))));
    }
}
