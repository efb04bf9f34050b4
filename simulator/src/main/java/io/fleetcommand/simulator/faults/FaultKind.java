package io.fleetcommand.simulator.faults;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The kinds of faults. */
public enum FaultKind {
    /** A response with the given status, and its usual or the given body. */
    STATUS,
    /** The correct response, delayed by {@code delay_ms}. */
    SLOW,
    /** No response; the connection is reset after {@code delay_ms} (default 10 minutes). */
    HANG,
    /** The TCP connection is reset without a response. */
    RESET,
    /** The correct status with an invalid JSON body, truncated in the middle. */
    BAD_JSON,
    /** An HTML page, as from a proxy, with the given status (default 502). */
    HTML,
    /** 429 in the format of the profile. */
    THROTTLE,
    /** 429 whose body is a JSON string that contains the JSON object. */
    DOUBLE_ENCODED_429,
    /** The request's token is revoked permanently, then the request proceeds. */
    TOKEN_REVOKED,
    /** Every route responds with 503 and an HTML page. */
    CLOUD_DOWN,
    /**
     * The listening sockets and all connections are closed: new connections are refused. Not for a part of the
     * requests.
     */
    CONNECTIONS_REFUSED;

    /** The name in JSON. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such kind; the message lists all kinds */
    public static FaultKind of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is not a kind of fault; there are "
                        + Arrays.stream(values()).map(FaultKind::word).collect(Collectors.joining(", "))));
    }
}
