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

    /** Campaign by campaign id; written by callers, read by the processor. */
    public String campaigns() {
        return prefix + "campaigns";
    }

    /** CampaignControl by campaign id: what people ask of campaigns. Written by callers, read by the processor. */
    public String campaignControls() {
        return prefix + "campaign-controls";
    }

    /** CampaignProgress by campaign id: where each campaign stands. Compacted; written by the processor. */
    public String campaignProgress() {
        return prefix + "campaign-progress";
    }

    /** CampaignEvent by campaign id: what happened to each child. Written and read by the processor alone. */
    public String campaignEvents() {
        return prefix + "campaign-events";
    }

    /** InventoryDevice by {@code product/device id}: what the cloud's listing says. Compacted. */
    public String inventory() {
        return prefix + "inventory";
    }

    /**
     * DeviceCommand by device id: the children of campaigns. Written by the processor alone, so that the right to start
     * a campaign does not bring the rights of other request topics.
     */
    public String campaignCommands() {
        return prefix + "campaign-commands";
    }

    /** VariablePoll by device id: the children of campaigns. Written by the processor alone. */
    public String campaignPolls() {
        return prefix + "campaign-polls";
    }

    /** The key of {@link #inventory()}. */
    public static String inventoryKey(String product, String deviceId) {
        return product + "/" + deviceId;
    }

    /** The key of {@link #variableSnapshots()}: the newest record for a key is the variable's latest value. */
    public static String snapshotKey(String deviceId, String variable) {
        return deviceId + "/" + variable;
    }

    /** The topics the processor reads, which must all have the same number of partitions. */
    public List<String> coPartitioned() {
        return List.of(commands(), polls(), cancellations(), attempts());
    }

    /** The children's request topics: they have the partitions of {@link #coPartitioned()}. */
    public List<String> campaignRequests() {
        return List.of(campaignCommands(), campaignPolls());
    }

    /** The topics that are read by campaign, which must all have the same number of partitions. */
    public List<String> campaignCoPartitioned() {
        return List.of(campaigns(), campaignControls(), campaignEvents());
    }

    /** The topics the processor writes results to; they may have any number of partitions. */
    public List<String> answers() {
        return List.of(commandResults(), pollResults(), variableSnapshots(), failedRequests(), replies());
    }

    /** Every topic of the installation. */
    public Set<String> all() {
        return Stream.of(
                        coPartitioned(),
                        campaignRequests(),
                        campaignCoPartitioned(),
                        answers(),
                        List.of(campaignProgress(), inventory(), audit(), quota(), tokenState()))
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
                Map.entry(quota(), QuotaNotice.getClassSchema()),
                Map.entry(campaigns(), Campaign.getClassSchema()),
                Map.entry(campaignControls(), CampaignControl.getClassSchema()),
                Map.entry(campaignProgress(), CampaignProgress.getClassSchema()),
                Map.entry(campaignEvents(), CampaignEvent.getClassSchema()),
                Map.entry(inventory(), InventoryDevice.getClassSchema()),
                Map.entry(campaignCommands(), DeviceCommand.getClassSchema()),
                Map.entry(campaignPolls(), VariablePoll.getClassSchema()));
    }
}
