package io.fleetcommand.processor.core.request;

/** Requests for tests, with sensible defaults. */
public final class Requests {
    public static final String DEVICE = "0123456789abcdef01234567";
    public static final String PRODUCT = "rockets";
    public static final long FAR = 1_000_000_000L;

    private final String id;
    private String deviceId = DEVICE;
    private Action action = new Action.Call("launch", "now");
    private Guarantee guarantee = Guarantee.AT_LEAST_ONCE;
    private Priority priority = Priority.NORMAL;
    private long deadlineMs = FAR;
    private long notBeforeMs;
    private int maxAttempts;
    private String requester = "tests";
    private String source = "t.commands";
    private String replayOf = "";
    private long createdAtMs;
    private String product = PRODUCT;
    private ReplyTo replyTo = ReplyTo.NOBODY;

    /** The key of a request at the default device. */
    public static RequestKey key(String id) {
        return new RequestKey(DEVICE, id);
    }

    private Requests(String id) {
        this.id = id;
    }

    public static Requests command(String id) {
        return new Requests(id);
    }

    public static Requests poll(String id) {
        return new Requests(id).asking(new Action.Read("temperature", 0)).in(Priority.BULK);
    }

    public Requests of(String device) {
        deviceId = device;
        return this;
    }

    public Requests asking(Action other) {
        action = other;
        return this;
    }

    public Requests atMostOnce() {
        guarantee = Guarantee.AT_MOST_ONCE;
        return this;
    }

    public Requests in(Priority other) {
        priority = other;
        return this;
    }

    public Requests from(String other) {
        requester = other;
        return this;
    }

    public Requests through(String topic) {
        source = topic;
        return this;
    }

    public Requests replaying(String id) {
        replayOf = id;
        return this;
    }

    public Requests ofProduct(String other) {
        product = other;
        return this;
    }

    public Requests createdAt(long timeMs) {
        createdAtMs = timeMs;
        return this;
    }

    public Requests until(long otherDeadlineMs) {
        deadlineMs = otherDeadlineMs;
        return this;
    }

    public Requests notBefore(long earliestMs) {
        notBeforeMs = earliestMs;
        return this;
    }

    public Requests trying(int times) {
        maxAttempts = times;
        return this;
    }

    public Requests replyingTo(ReplyTo address) {
        replyTo = address;
        return this;
    }

    public Request made() {
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
                replyTo);
    }
}
