package io.fleetcommand.model;

import java.time.Instant;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a {@link CommandResult} and a {@link PollResult} have in common.
 *
 * @param published the record itself
 * @param isCommand whether it is the result of a command rather than of a poll
 * @param name of the function or the variable; empty where it could not be read
 * @param value what the function returned or the variable held; empty if there was none
 * @param attempts calls that were made, or perhaps made
 * @param waitedForTurnMs waiting for earlier commands of the device, {@code not_before} and back-off
 * @param cloudMs duration of all calls
 * @param campaignId the campaign whose child was answered, if it was one
 */
public record ResultView(
        SpecificRecord published,
        String requestId,
        String deviceId,
        String product,
        boolean isCommand,
        String name,
        Status status,
        Reason reason,
        String detail,
        Optional<Object> value,
        String requester,
        int attempts,
        Instant receivedAt,
        Instant finishedAt,
        long waitedForTurnMs,
        long waitedForQuotaMs,
        long cloudMs,
        Optional<String> campaignId) {
    /** The view of a CommandResult or PollResult; empty for anything else. */
    public static Optional<ResultView> of(Object value) {
        if (value instanceof CommandResult command) {
            return Optional.of(new ResultView(
                    command,
                    command.getRequestId(),
                    command.getDeviceId(),
                    command.getProduct(),
                    true,
                    command.getFunction(),
                    command.getStatus(),
                    command.getReason(),
                    command.getDetail(),
                    Optional.ofNullable(command.getReturnValue()),
                    command.getRequester(),
                    command.getAttempts(),
                    command.getReceivedAt(),
                    command.getFinishedAt(),
                    command.getWaitedForTurnMs(),
                    command.getWaitedForQuotaMs(),
                    command.getCloudMs(),
                    Optional.ofNullable(command.getCampaignId())));
        }
        if (value instanceof PollResult poll) {
            return Optional.of(new ResultView(
                    poll,
                    poll.getRequestId(),
                    poll.getDeviceId(),
                    poll.getProduct(),
                    false,
                    poll.getVariable(),
                    poll.getStatus(),
                    poll.getReason(),
                    poll.getDetail(),
                    Optional.ofNullable(poll.getValue()),
                    poll.getRequester(),
                    poll.getAttempts(),
                    poll.getReceivedAt(),
                    poll.getFinishedAt(),
                    poll.getWaitedForTurnMs(),
                    poll.getWaitedForQuotaMs(),
                    poll.getCloudMs(),
                    Optional.ofNullable(poll.getCampaignId())));
        }
        return Optional.empty();
    }

    /** Whether a command ran and returned a negative number: the firmware's usual way to say no. */
    public boolean returnedNegative() {
        return isCommand && value.filter(returned -> (int) returned < 0).isPresent();
    }
}
