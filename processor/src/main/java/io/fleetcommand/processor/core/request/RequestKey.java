package io.fleetcommand.processor.core.request;

import java.util.Comparator;
import java.util.Objects;

/**
 * Identifies a request: the device and the caller's id for its intent there. The same id at another device is another
 * request.
 *
 * @param deviceId empty where it could not be read
 * @param requestId empty where it could not be read
 */
public record RequestKey(String deviceId, String requestId) implements Comparable<RequestKey> {
    /** The key of a request of which nothing could be read. */
    public static final RequestKey UNKNOWN = new RequestKey("", "");

    private static final Comparator<RequestKey> ORDER =
            Comparator.comparing(RequestKey::deviceId).thenComparing(RequestKey::requestId);

    public RequestKey {
        Objects.requireNonNull(deviceId);
        Objects.requireNonNull(requestId);
    }

    @Override
    public int compareTo(RequestKey other) {
        return ORDER.compare(this, other);
    }

    /** Human-readable, for messages. */
    @Override
    public String toString() {
        return requestId + " of device " + deviceId;
    }
}
