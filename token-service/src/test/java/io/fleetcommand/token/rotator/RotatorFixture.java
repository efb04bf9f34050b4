package io.fleetcommand.token.rotator;

import io.fleetcommand.token.rotation.Rotation;
import io.fleetcommand.token.rotation.RotationSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A rotator on the test's thread, with a scripted cloud and a store in memory. */
final class RotatorFixture {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    /** Version of the first token. */
    static final long FIRST = START.getEpochSecond();

    static final Duration OVERLAP = Duration.ofSeconds(60);
    static final Duration LEASE = Duration.ofSeconds(13);
    /** Time from a token's issue to that of the next one. */
    static final Duration AGE = Duration.ofMinutes(30);

    final MemoryStore store = new MemoryStore();
    final ScriptedIssuer cloud = new ScriptedIssuer();
    final AtomicReference<Instant> now = new AtomicReference<>(START);
    final List<RotationEvent> events = new ArrayList<>();
    private final AtomicInteger names = new AtomicInteger();
    final TokenRotator rotator = new TokenRotator(
            new Rotation(new RotationSettings(Duration.ofHours(1), 0.5, OVERLAP, LEASE, true)),
            cloud,
            store,
            Runnable::run,
            now::get,
            () -> 0.5,
            () -> "intent-" + names.incrementAndGet(),
            events::add);

    void tick(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    /** Lets time pass, then runs the rotator. */
    void runAfter(Duration time) {
        tick(time);
        rotator.runOnce();
    }
}
