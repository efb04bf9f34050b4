package io.fleetcommand.model;

import java.time.Instant;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a {@link DeviceCommand} and a {@link VariablePoll} have in common.
 *
 * @param published the record itself
 * @param isCommand whether it is a command rather than a poll
 * @param name of the function or the variable
 * @param argument of the function; empty for a poll
 * @param guarantee of a poll always AT_LEAST_ONCE
 * @param replayOf the request that it replays, if any
 * @param campaignId the campaign that it is a child of, if any
 */
public record RequestView(
        SpecificRecord published,
        String requestId,
        String deviceId,
        boolean isCommand,
        String name,
        Optional<String> argument,
        Guarantee guarantee,
        Priority priority,
        Optional<Instant> deadline,
        String requester,
        Optional<String> replayOf,
        Instant createdAt,
        Optional<String> campaignId) {
    /** The view of a DeviceCommand or VariablePoll; empty for anything else. */
    public static Optional<RequestView> of(Object value) {
        if (value instanceof DeviceCommand command) {
            return Optional.of(new RequestView(
                    command,
                    command.getRequestId(),
                    command.getDeviceId(),
                    true,
                    command.getFunction(),
                    Optional.of(command.getArgument()),
                    command.getGuarantee(),
                    command.getPriority(),
                    Optional.ofNullable(command.getDeadline()),
                    command.getRequester(),
                    Optional.ofNullable(command.getReplayOf()),
                    command.getCreatedAt(),
                    Optional.ofNullable(command.getCampaignId())));
        }
        if (value instanceof VariablePoll poll) {
            return Optional.of(new RequestView(
                    poll,
                    poll.getRequestId(),
                    poll.getDeviceId(),
                    false,
                    poll.getVariable(),
                    Optional.empty(),
                    Guarantee.AT_LEAST_ONCE,
                    poll.getPriority(),
                    Optional.ofNullable(poll.getDeadline()),
                    poll.getRequester(),
                    Optional.ofNullable(poll.getReplayOf()),
                    poll.getCreatedAt(),
                    Optional.ofNullable(poll.getCampaignId())));
        }
        return Optional.empty();
    }
}
