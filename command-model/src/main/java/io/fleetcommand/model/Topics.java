package io.fleetcommand.model;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * The topic names of one installation. They share a prefix, so that several installations can use one cluster.
 *
 * <p>Keys are UTF-8 strings. Commands, polls, cancellations and the journal are co-partitioned: with the same
 * partition count, Kafka's default partitioner assigns all requests of a device to the same partition number, so that
 * one task owns the device and can serialize its calls.
 *
 * @param prefix prefix of every name, usually {@code "fleet."}
 */
public record Topics(String prefix) {
    public static final String DEFAULT_PREFIX = "fleet.";

    /** DeviceCommand by device id; written by callers, read by the processor. */
    public String commands() {
        return prefix + "commands";
    }

    /** VariablePoll by device id; written by callers, read by the processor. */
    public String polls() {
        return prefix + "polls";
    }

    /** Cancellation by device id; written by callers, read by the processor. */
    public String cancellations() {
        return prefix + "cancellations";
    }

    /**
     * AttemptEvent by request id: the journal. The writer sets the partition to that of the request's device, since
     * the key alone would select another one. Written and read by the processor, read by audits.
     */
    public String attempts() {
        return prefix + "attempts";
    }

    /** CommandResult by device id: one for each command. */
    public String commandResults() {
        return prefix + "command-results";
    }

    /** PollResult by device id: one for each poll. */
    public String pollResults() {
        return prefix + "poll-results";
    }

    /** VariableSnapshot by {@code device id/variable}: one for each successful read. */
    public String variableSnapshots() {
        return prefix + "variable-snapshots";
    }

    /** FailedRequest by device id: requests that did not succeed, and records that could not be decoded. */
    public String failedRequests() {
        return prefix + "failed-requests";
    }

    /**
     * CommandResult or PollResult by device id: the copies for callers' own reply topics, each with its target in the
     * headers. Written and read by the processor alone, whose relay forwards them.
     */
    public String replies() {
        return prefix + "replies";
    }

    /** AuditRecord by device id: the audit log of replays, cancellations and refusals. Written and read by the CLI. */
    public String audit() {
        return prefix + "audit";
    }

    /**
     * QuotaNotice, keyed by its subject: how the processors behind one address share the cloud's quota. Compacted, with
     * one partition.
     */
    public String quota() {
        return prefix + "quota";
    }

    /**
     * The token-service's state under a single key: encrypted bytes, not Avro. Compacted, with one partition. Written
     * and read by the token-service alone.
     */
    public String tokenState() {
        return prefix + "token-state";
    }

    /** The key of {@link #variableSnapshots()}: the newest record for a key is the variable's latest value. */
    public static String snapshotKey(String deviceId, String variable) {
        return deviceId + "/" + variable;
    }

    /** The topics the processor reads, which must all have the same number of partitions. */
    public List<String> coPartitioned() {
        return List.of(commands(), polls(), cancellations(), attempts());
    }

    /** The topics the processor writes results to; they may have any number of partitions. */
    public List<String> answers() {
        return List.of(commandResults(), pollResults(), variableSnapshots(), failedRequests(), replies());
    }

    /** Every topic of the installation. */
    public Set<String> all() {
        return Stream.of(coPartitioned(), answers(), List.of(audit(), quota(), tokenState()))
                .flatMap(List::stream)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The schema of each topic's values, except for the token-service's state, which is not Avro, and for the copies of
     * results, which are written like the originals.
     */
    public Map<String, Schema> schemas() {
        return Map.ofEntries(
                Map.entry(commands(), DeviceCommand.getClassSchema()),
                Map.entry(polls(), VariablePoll.getClassSchema()),
                Map.entry(cancellations(), Cancellation.getClassSchema()),
                Map.entry(attempts(), AttemptEvent.getClassSchema()),
                Map.entry(commandResults(), CommandResult.getClassSchema()),
                Map.entry(pollResults(), PollResult.getClassSchema()),
                Map.entry(variableSnapshots(), VariableSnapshot.getClassSchema()),
                Map.entry(failedRequests(), FailedRequest.getClassSchema()),
                Map.entry(audit(), AuditRecord.getClassSchema()),
                Map.entry(quota(), QuotaNotice.getClassSchema()));
    }
}
