package io.fleetcommand.processor.core;

import java.util.Optional;

/** What a busy processor sees most. */
public final class Samples {
    public static final long NOW_MS = 1_767_225_600_000L;

    private Samples() {}

    static Policy policy() {
        return new Policy(
                40_000,
                20_000,
                10_001,
                86_400_000,
                3_600_000,
                new Backoff(1_000, 2, 60_000, 0.3),
                new Backoff(10_000, 2, 300_000, 0.3));
    }

    public static Request command(String id, String device) {
        return new Request(
                id,
                device,
                "12345",
                new Action.Call("setLed", "on"),
                Guarantee.AT_LEAST_ONCE,
                Lane.NORMAL,
                NOW_MS + 3_600_000,
                0,
                0,
                "bench",
                "",
                NOW_MS,
                "fleet.commands",
                ReplyTo.NOBODY);
    }

    public static Fact done(RequestKey key) {
        Outcome outcome = new Outcome(Outcome.Kind.DONE, Reason.NONE, "", new Value.Whole(1), 200, 0, true, 100);
        return new Fact.Finished(key, 1, "epoch", outcome, NOW_MS);
    }

    /** A request that waits for its turn. */
    public static Entry waiting(String id, String device, long sequence) {
        return new Ledger(policy(), "epoch", () -> 0.5)
                .read(Optional.empty(), command(id, device), sequence, NOW_MS)
                .next()
                .orElseThrow();
    }

    /** One whose call is under way. */
    public static Entry called(String id, String device, long sequence) {
        Ledger ledger = new Ledger(policy(), "epoch", () -> 0.5);
        Entry claiming = ledger.granted(waiting(id, device, sequence), NOW_MS, NOW_MS)
                .next()
                .orElseThrow();
        return ledger.told(Optional.of(claiming), new Fact.Claimed(claiming.key(), 1, "epoch", NOW_MS), NOW_MS)
                .next()
                .orElseThrow();
    }

    public static Entry answered(String id, String device) {
        return new Ledger(policy(), "epoch", () -> 0.5)
                .told(Optional.of(called(id, device, 1)), done(new RequestKey(device, id)), NOW_MS)
                .next()
                .orElseThrow();
    }
}
