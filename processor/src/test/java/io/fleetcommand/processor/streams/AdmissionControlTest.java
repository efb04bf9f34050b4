package io.fleetcommand.processor.streams;

import static io.fleetcommand.processor.core.Requests.command;
import static io.fleetcommand.processor.core.Requests.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Answer;
import io.fleetcommand.processor.core.Attempts;
import io.fleetcommand.processor.core.Backoff;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Fingerprint;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Ledger;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Policy;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.Status;
import io.fleetcommand.processor.core.Timing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdmissionControlTest {
    private static final Backoff BACKOFF = new Backoff(1, 1, 1, 0);
    private static final Policy POLICY = new Policy(1, 1, 1, 1, 1, BACKOFF, BACKOFF);

    private final AdmissionControl admission = new AdmissionControl(2);

    @Test
    void countsWhatAnEarlierTaskLeftAndWhatHasCome() {
        admission.found(open("a", Lane.BULK));
        assertThat(admission.refusal(request("x", Lane.BULK))).isEmpty();
        admission.changed(Optional.empty(), open("b", Lane.BULK));

        assertThat(admission.refusal(request("x", Lane.BULK))).isPresent();
        assertThat(admission.refusal(request("x", Lane.NORMAL))).isEmpty();
        assertThat(admission.refusal(request("x", Lane.URGENT))).isEmpty();
    }

    @Test
    void aChangeOfPhaseIsNoFurtherRequestAndAnAnswerMakesRoom() {
        Entry entry = open("a", Lane.BULK);
        admission.changed(Optional.empty(), entry);
        for (int times = 0; times < 5; times++) {
            admission.changed(Optional.of(entry), entry);
        }
        assertThat(admission.refusal(request("x", Lane.BULK))).isEmpty();

        admission.changed(Optional.empty(), open("b", Lane.BULK));
        admission.changed(Optional.of(entry), answered(entry));
        assertThat(admission.refusal(request("x", Lane.BULK))).isEmpty();
        admission.changed(Optional.empty(), open("c", Lane.BULK));
        assertThat(admission.refusal(request("x", Lane.BULK))).isPresent();
    }

    @Test
    void whatWasReadBeforeItsRequestIsCountedUntilThatComesOrItIsForgotten() {
        Entry unread = new Ledger(POLICY, "epoch", () -> 0)
                .cancelled(Optional.empty(), key("a"), 0)
                .next()
                .orElseThrow();
        admission.changed(Optional.empty(), unread);
        admission.changed(Optional.of(unread), unread);
        assertThat(admission.cancellationRefusal()).isEmpty();
        admission.changed(Optional.empty(), unread);
        assertThat(admission.cancellationRefusal()).isPresent();

        admission.changed(Optional.of(unread), open("a", Lane.BULK));
        assertThat(admission.cancellationRefusal()).isEmpty();
        admission.forgotten();
        admission.forgotten();
        admission.changed(Optional.empty(), unread);
        assertThat(admission.cancellationRefusal()).isEmpty();
        admission.changed(Optional.empty(), unread);
        assertThat(admission.cancellationRefusal()).isPresent();
    }

    private static Request request(String id, Lane lane) {
        return command(id).in(lane).made();
    }

    private static Entry open(String id, Lane lane) {
        return new Entry(
                key(id),
                Optional.of(request(id, lane)),
                Optional.empty(),
                1,
                Phase.READY,
                0,
                Attempts.NONE,
                false,
                Timing.startingAt(0),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    private static Entry answered(Entry entry) {
        Answer answer = Answer.atOnce(Status.SUCCEEDED, Reason.NONE, "", 5);
        return Entry.answered(entry.key(), entry.request().map(Fingerprint::of), answer);
    }
}
