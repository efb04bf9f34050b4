package io.fleetcommand.operations;

import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.RequestView;
import io.fleetcommand.model.ResultView;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.request.RequestKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * How one request ended, as far as filters and tables look.
 *
 * @param command whether it was a command rather than a poll
 * @param name of the function or variable; empty where it could not be read
 * @param requester who asked; empty where it could not be read
 * @param published the whole record
 */
public record RequestOutcome(
        String requestId,
        String deviceId,
        boolean command,
        String name,
        Status status,
        Reason reason,
        String detail,
        String requester,
        Instant at,
        SpecificRecord published) {
    /** Of what is REJECTED. NONE is what this build reads of a reason that is younger than itself. */
    private static final Set<Reason> BEFORE_THE_LEDGER = Set.of(Reason.POLICY, Reason.OVERLOADED, Reason.NONE);

    /** Of a CommandResult, PollResult or FailedRequest; empty of anything else. */
    public static Optional<RequestOutcome> of(SpecificRecord record) {
        return record instanceof FailedRequest failed
                ? Optional.of(of(failed))
                : ResultView.of(record).map(RequestOutcome::of);
    }

    static RequestOutcome of(FailedRequest failed) {
        Optional<RequestOutcome> answer =
                failed.getAnswer() instanceof SpecificRecord given ? of(given) : Optional.<RequestOutcome>empty();
        Optional<RequestView> request = RequestView.of(failed.getRequest());
        boolean command = request.map(RequestView::isCommand)
                .or(() -> answer.map(RequestOutcome::command))
                .orElse(false);
        return new RequestOutcome(
                failed.getRequestId(),
                failed.getDeviceId(),
                command,
                answer.map(RequestOutcome::name)
                        .or(() -> request.map(RequestView::name))
                        .orElse(""),
                failed.getStatus(),
                failed.getReason(),
                failed.getDetail(),
                answer.map(RequestOutcome::requester).orElse(""),
                failed.getFailedAt(),
                failed);
    }

    /**
     * Whether one record was refused before it came to the ledger, or because the ledger has another request of its id:
     * nothing is remembered of it, so it says nothing about other records of the same id, which may run.
     */
    public boolean isRefusedAtFirstSight() {
        // A note about a copy has a reason of its own; that of the result is in it.
        Reason why = published instanceof FailedRequest failed && failed.getAnswer() instanceof SpecificRecord given
                ? of(given).map(RequestOutcome::reason).orElse(reason)
                : reason;
        return status == Status.INVALID
                || status == Status.CONFLICT
                || status == Status.REJECTED && BEFORE_THE_LEDGER.contains(why);
    }

    RequestKey key() {
        return new RequestKey(deviceId, requestId);
    }

    /** Whether it is of a command that ran and returned a negative number: the firmware's usual way to say no. */
    public boolean returnedNegative() {
        return result().filter(ResultView::returnedNegative).isPresent();
    }

    /** What the function returned or the variable held; empty if there was no value. */
    public Optional<Object> value() {
        return ResultView.of(published).flatMap(ResultView::value);
    }

    private Optional<ResultView> result() {
        return ResultView.of(published instanceof FailedRequest failed ? failed.getAnswer() : published);
    }

    private static RequestOutcome of(ResultView result) {
        return new RequestOutcome(
                result.requestId(),
                result.deviceId(),
                result.isCommand(),
                result.name(),
                result.status(),
                result.reason(),
                result.detail(),
                result.requester(),
                result.finishedAt(),
                result.published());
    }
}
