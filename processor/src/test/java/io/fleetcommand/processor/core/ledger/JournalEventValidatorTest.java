package io.fleetcommand.processor.core.ledger;

import static io.fleetcommand.processor.core.request.Requests.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Requests;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.service.Backoff;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JournalEventValidatorTest {
    private static final long NOW = 1_767_225_600_000L;
    private static final LedgerTimeouts TIMEOUTS = new LedgerTimeouts(
            40, 20, 30, 1_000, 500, new Backoff(5, 2, 50, 0)::delayMs, new Backoff(100, 2, 400, 0.5)::delayMs);

    static Stream<JournalEvent> outOfRange() {
        return Stream.of(
                claimed("", 1, "e", NOW),
                claimed("x".repeat(201), 1, "e", NOW),
                claimed(new RequestKey("", "r"), 1, "e", NOW),
                claimed(new RequestKey("d".repeat(60_000), "r"), 1, "e", NOW),
                claimed(new RequestKey(Requests.DEVICE.toUpperCase(Locale.ROOT), "r"), 1, "e", NOW),
                claimed("r", 0, "e", NOW),
                claimed("r", -1, "e", NOW),
                claimed("r", Integer.MIN_VALUE, "e", NOW),
                claimed("r", Integer.MAX_VALUE, "e", NOW),
                claimed("r", 1, "", NOW),
                claimed("r", 1, "e".repeat(201), NOW),
                claimed("r", 1, "e", -1),
                claimed("r", 1, "e", 1L << 62),
                claimed("r", 1, "e", Long.MAX_VALUE),
                claimed("r", 1, "e", Long.MIN_VALUE),
                terminated(Status.SUCCEEDED),
                terminated(Status.REJECTED),
                terminated(Status.INVALID),
                terminated(Status.CONFLICT));
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void eventsThatNoProcessorWritesAreOutOfRange(JournalEvent event) {
        assertThat(JournalEventValidator.fault(event)).isPresent();
    }

    static Stream<JournalEvent> inRange() {
        return Stream.of(
                claimed("r", 1, "e", NOW),
                claimed("r", JournalEventValidator.MAX_ATTEMPT, "e", 0),
                terminated(Status.EXPIRED),
                terminated(Status.FAILED),
                terminated(Status.CANCELLED),
                terminated(Status.OUTCOME_UNKNOWN));
    }

    @ParameterizedTest
    @MethodSource("inRange")
    void eventsOfProcessorsAreInRange(JournalEvent event) {
        assertThat(JournalEventValidator.fault(event)).isEmpty();
    }

    @Test
    void durationsAreClampedSinceTheOutcomeIsNeeded() {
        Outcome endless = new Outcome(Kind.THROTTLED, Reason.NONE, "", Value.NONE, 429, Long.MAX_VALUE, false, -5);
        JournalEvent.Finished limited = (JournalEvent.Finished) JournalEventValidator.limited(
                new JournalEvent.Finished(key("r"), 1, "e", endless, Long.MIN_VALUE, NOW));

        assertThat(limited.outcome().retryAfterMs()).isEqualTo(366L * 24 * 3_600_000);
        assertThat(limited.outcome().cloudMs()).isZero();
        assertThat(limited.heldMs()).isZero();
    }

    @Test
    void theLeaseOfAClaimFromTheFutureStartsNow() {
        Ledger ledger = new Ledger(TIMEOUTS, "mine", () -> 0);
        Step step = ledger.onJournalEvent(Optional.empty(), claimed("r", 1, "theirs", NOW + 3_600_000), NOW);

        assertThat(step.next().orElseThrow().dueAtMs()).isEqualTo(NOW + TIMEOUTS.leaseMs());
    }

    @Test
    void anAttemptNumberFarAheadIsVoid() {
        Ledger ledger = new Ledger(TIMEOUTS, "mine", () -> 0);
        Optional<LedgerEntry> known = ledger.onJournalEvent(Optional.empty(), claimed("r", 1, "theirs", NOW), NOW)
                .next();

        assertThat(ledger.onJournalEvent(known, claimed("r", JournalEventValidator.MAX_ATTEMPT, "theirs", NOW), NOW)
                        .next())
                .isEqualTo(known);
        assertThat(ledger.onJournalEvent(known, claimed("r", 1 + JournalEventValidator.MAX_STEP, "theirs", NOW), NOW)
                        .next())
                .isNotEqualTo(known);
    }

    private static JournalEvent claimed(String id, int attempt, String epoch, long atMs) {
        return claimed(key(id), attempt, epoch, atMs);
    }

    private static JournalEvent claimed(RequestKey key, int attempt, String epoch, long atMs) {
        return new JournalEvent.Claimed(key, attempt, epoch, atMs);
    }

    private static JournalEvent terminated(Status status) {
        return new JournalEvent.Terminated(key("r"), 1, "e", new Termination(status, Reason.NONE), NOW);
    }
}
