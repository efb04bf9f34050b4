package io.fleetcommand.processor.core.request;

import java.util.Objects;

/**
 * A command or poll, with every default filled in.
 *
 * @param id the caller's name for this intent
 * @param product id or slug of the product the device belongs to
 * @param deadlineMs epoch milliseconds after which it must not run any more
 * @param notBeforeMs epoch milliseconds before which it must not run; 0 for at once
 * @param maxAttempts how many counted attempts may be made; 0 for as many as fit before the deadline
 * @param replayOf the id of the request this one replays; empty if none
 * @param source the topic it was read from; empty if nothing of it could be read
 */
public record Request(
        String id,
        String deviceId,
        String product,
        Action action,
        Guarantee guarantee,
        Priority priority,
        long deadlineMs,
        long notBeforeMs,
        int maxAttempts,
        String requester,
        String replayOf,
        long createdAtMs,
        String source,
        ReplyTo replyTo) {
    public Request {
        Objects.requireNonNull(id);
        Objects.requireNonNull(deviceId);
        Objects.requireNonNull(product);
        Objects.requireNonNull(action);
        Objects.requireNonNull(guarantee);
        Objects.requireNonNull(priority);
        Objects.requireNonNull(requester);
        Objects.requireNonNull(replayOf);
        Objects.requireNonNull(source);
        Objects.requireNonNull(replyTo);
    }

    /** A placeholder for a request of which nothing could be read. */
    public static Request unreadable(boolean command, ReplyTo replyTo) {
        return unreadable(command, RequestKey.UNKNOWN, replyTo);
    }

    /**
     * A placeholder for a request of which only the key could be read.
     *
     * @param key as far as it is known
     */
    public static Request unreadable(boolean command, RequestKey key, ReplyTo replyTo) {
        return new Request(
                key.requestId(),
                key.deviceId(),
                "",
                command ? new Action.Call("", "") : new Action.Read("", 0),
                Guarantee.AT_LEAST_ONCE,
                Priority.NORMAL,
                0,
                0,
                0,
                "",
                "",
                0,
                "",
                replyTo);
    }

    public RequestKey key() {
        return new RequestKey(deviceId, id);
    }

    public Request replyingTo(ReplyTo other) {
        return new Request(
                id,
                deviceId,
                product,
                action,
                guarantee,
                priority,
                deadlineMs,
                notBeforeMs,
                maxAttempts,
                requester,
                replayOf,
                createdAtMs,
                source,
                other);
    }

    /**
     * Whether another request with the same id has the same meaning. The terms of delivery (priority, deadline,
     * attempts, reply address) may differ: a caller that retries often sets a new deadline, and the terms of the first
     * copy apply.
     */
    public boolean means(Request other) {
        return deviceId.equals(other.deviceId)
                && product.equals(other.product)
                && action.equals(other.action)
                && guarantee == other.guarantee;
    }

    public boolean isCommand() {
        return action instanceof Action.Call;
    }

    /** Whether a cached value is acceptable. */
    public boolean takesOlderValues() {
        return action instanceof Action.Read read && read.maxAgeMs() > 0;
    }

    public boolean atMostOnce() {
        return guarantee == Guarantee.AT_MOST_ONCE;
    }
}
