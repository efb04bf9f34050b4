package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Attempts;
import io.fleetcommand.processor.core.ledger.Ledger;
import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.LedgerTimeouts;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.ledger.RequestTiming;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.ledger.RetryDelay;
import io.fleetcommand.processor.core.request.Fingerprint;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.service.Backoff;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdmissionControlTest {
    private static final RetryDelay BACKOFF = new Backoff(1, 1, 1, 0)::delayMs;
    private static final LedgerTimeouts POLICY = new LedgerTimeouts(1, 1, 1, 1, 1, BACKOFF, BACKOFF);

    private final AdmissionControl admission = new AdmissionControl(2);

    @Test
    void countsWhatAnEarlierTaskLeftAndWhatHasCome() {
        admission.found(open("a", Priority.BULK));
        assertThat(admission.refusal(request("x", Priority.BULK))).isEmpty();
        admission.changed(Optional.empty(), open("b", Priority.BULK));

        assertThat(admission.refusal(request("x", Priority.BULK))).isPresent();
        assertThat(admission.refusal(request("x", Priority.NORMAL))).isEmpty();
        assertThat(admission.refusal(request("x", Priority.URGENT))).isEmpty();
    }

    @Test
    void aChangeOfPhaseIsNoFurtherRequestAndAnAnswerMakesRoom() {
        LedgerEntry entry = open("a", Priority.BULK);
        admission.changed(Optional.empty(), entry);
        for (int times = 0; times < 5; times++) {
            admission.changed(Optional.of(entry), entry);
        }
        assertThat(admission.refusal(request("x", Priority.BULK))).isEmpty();

        admission.changed(Optional.empty(), open("b", Priority.BULK));
        admission.changed(Optional.of(entry), answered(entry));
        assertThat(admission.refusal(request("x", Priority.BULK))).isEmpty();
        admission.changed(Optional.empty(), open("c", Priority.BULK));
        assertThat(admission.refusal(request("x", Priority.BULK))).isPresent();
    }

    @Test
    void whatWasReadBeforeItsRequestIsCountedUntilThatComesOrItIsForgotten() {
        LedgerEntry unread = new Ledger(POLICY, "epoch", () -> 0)
                .onCancellation(Optional.empty(), key("a"), 0)
                .next()
                .orElseThrow();
        admission.changed(Optional.empty(), unread);
        admission.changed(Optional.of(unread), unread);
        assertThat(admission.cancellationRefusal()).isEmpty();
        admission.changed(Optional.empty(), unread);
        assertThat(admission.cancellationRefusal()).isPresent();

        admission.changed(Optional.of(unread), open("a", Priority.BULK));
        assertThat(admission.cancellationRefusal()).isEmpty();
        admission.unreadExpired();
        admission.unreadExpired();
        admission.changed(Optional.empty(), unread);
        assertThat(admission.cancellationRefusal()).isEmpty();
        admission.changed(Optional.empty(), unread);
        assertThat(admission.cancellationRefusal()).isPresent();
    }

    private static Request request(String id, Priority priority) {
        return command(id).in(priority).made();
    }

    private static LedgerEntry open(String id, Priority priority) {
        return new LedgerEntry(
                key(id),
                Optional.of(request(id, priority)),
                Optional.empty(),
                1,
                RequestPhase.READY,
                0,
                Attempts.NONE,
                false,
                RequestTiming.startingAt(0),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    private static LedgerEntry answered(LedgerEntry entry) {
        Result result = Result.atOnce(Status.SUCCEEDED, Reason.NONE, "", 5);
        return LedgerEntry.finished(entry.key(), entry.request().map(Fingerprint::of), result);
    }
}
