package io.fleetcommand.model;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * The topics of one installation. All names share a prefix, so that several installations can use one cluster.
 *
 * <p>Keys are UTF-8 strings. Commands, polls, cancellations and the journal are co-partitioned: with the same
 * partition count, Kafka's default partitioner puts everything about a device into partitions of the same number, so
 * that one task owns the device and its calls can be kept one at a time.
 *
 * @param prefix what every name begins with, usually {@code "fleet."}
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
     * the key alone would send it elsewhere. Written and read by the processor, read by audits.
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

    /** FailedRequest by device id: what did not succeed, and what could not be understood. */
    public String failedRequests() {
        return prefix + "failed-requests";
    }

    /**
     * CommandResult or PollResult by device id: the copies for callers' own reply topics, each with its target in the
     * headers. Written and read by the processor alone, whose relay brings them there.
     */
    public String replies() {
        return prefix + "replies";
    }

    /** AuditRecord by device id: who replayed, cancelled or was refused what. Written and read by operations. */
    public String audit() {
        return prefix + "audit";
    }

    /**
     * QuotaNotice by what it tells: how the processors behind one address share the cloud's quota. Compacted, one
     * partition.
     */
    public String quota() {
        return prefix + "quota";
    }

    /**
     * The token-service's state under one key: encrypted bytes, not Avro. Compacted, with one partition. Written and read
     * by the token-service alone.
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

    /** The topics the processor writes its answers to; their partition counts are free. */
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
     * The schema of every topic's values, but of the token-service's own and of the copies, which are written as in the
     * topics that they are copies of.
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
