package io.fleetcommand.processor.core.ports;

/** Why a copy of a result for a reply topic was given up. A closed set, suitable as a metric tag. */
public enum ReplyFailure {
    UNKNOWN_TOPIC(
            "the topic or its partition does not exist, or the processor may not see it",
            "create it or grant the processor DESCRIBE and WRITE on it",
            true),
    DENIED("the processor may not write to it", "grant the processor WRITE on it", true),
    REFUSED(
            "the broker refuses the record",
            "look at the topic's max.message.bytes, message.timestamp.before.max.ms and message.timestamp.after.max.ms",
            false),
    TOO_FEW_REPLICAS(
            "the topic has fewer replicas in sync than its min.insync.replicas",
            "bring its replicas back or lower min.insync.replicas",
            false),
    TIMED_OUT(
            "it did not take the record in time", "look at the topic's leaders and replicas and at the brokers", false),
    QUEUE_FULL(
            "too many copies wait for it already",
            "look at why the topic takes copies slowly or not at all; reply.queue.max says how many may wait",
            false),
    MALFORMED(
            "the record in the topic of copies names no topic that copies may go to",
            "look at who else may write to the topic of copies",
            false),
    OTHER("it could not be written", "look at the processor's log", false);

    private final String why;
    private final String remedy;
    private final boolean lasting;

    ReplyFailure(String why, String remedy, boolean lasting) {
        this.why = why;
        this.remedy = remedy;
        this.lasting = lasting;
    }

    /** A human-readable explanation. */
    public String why() {
        return why;
    }

    /** A human-readable remedy. */
    public String remedy() {
        return remedy;
    }

    /** Whether further copies for the same topic would fail the same way until the cause is fixed. */
    public boolean isLasting() {
        return lasting;
    }
}
