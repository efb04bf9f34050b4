package io.fleetcommand.processor.core.ledger;

import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Guarantee;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.service.Backoff;
import java.util.Optional;

/** What a busy processor sees most. */
public final class LedgerSamples {
    public static final long NOW_MS = 1_767_225_600_000L;

    private LedgerSamples() {}

    public static LedgerTimeouts policy() {
        return new LedgerTimeouts(
                40_000,
                20_000,
                10_001,
                86_400_000,
                3_600_000,
                new Backoff(1_000, 2, 60_000, 0.3)::delayMs,
                new Backoff(10_000, 2, 300_000, 0.3)::delayMs);
    }

    public static Request command(String id, String device) {
        return new Request(
                id,
                device,
                "12345",
                new Action.Call("setLed", "on"),
                Guarantee.AT_LEAST_ONCE,
                Priority.NORMAL,
                NOW_MS + 3_600_000,
                0,
                0,
                "bench",
                "",
                NOW_MS,
                "fleet.commands",
                ReplyTo.NOBODY);
    }

    public static JournalEvent done(RequestKey key) {
        Outcome outcome = new Outcome(Outcome.Kind.DONE, Reason.NONE, "", new Value.Whole(1), 200, 0, true, 100);
        return new JournalEvent.Finished(key, 1, "epoch", outcome, NOW_MS);
    }

    /** A request that waits for its turn. */
    public static LedgerEntry waiting(String id, String device, long sequence) {
        return new Ledger(policy(), "epoch", () -> 0.5)
                .onRequest(Optional.empty(), command(id, device), sequence, NOW_MS)
                .next()
                .orElseThrow();
    }

    /** One whose call is under way. */
    public static LedgerEntry called(String id, String device, long sequence) {
        Ledger ledger = new Ledger(policy(), "epoch", () -> 0.5);
        LedgerEntry claiming = ledger.onPermit(waiting(id, device, sequence), NOW_MS, NOW_MS)
                .next()
                .orElseThrow();
        return ledger.onJournalEvent(
                        Optional.of(claiming), new JournalEvent.Claimed(claiming.key(), 1, "epoch", NOW_MS), NOW_MS)
                .next()
                .orElseThrow();
    }

    public static LedgerEntry answered(String id, String device) {
        return new Ledger(policy(), "epoch", () -> 0.5)
                .onJournalEvent(Optional.of(called(id, device, 1)), done(new RequestKey(device, id)), NOW_MS)
                .next()
                .orElseThrow();
    }
}
