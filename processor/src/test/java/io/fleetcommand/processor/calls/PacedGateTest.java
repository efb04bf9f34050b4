package io.fleetcommand.processor.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacedGateTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean token = new AtomicBoolean(true);
    private final PacedGate gate = new PacedGate(1_000, 1_000_000, 2, token::get, nanos::get);

    @Test
    void isClosedWhileAllSlotsAreTaken() {
        nanos.set(1_000_000);
        assertThat(gate.tryEnter(0, Lane.NORMAL)).isTrue();
        assertThat(gate.tryEnter(0, Lane.NORMAL)).isTrue();
        assertThat(gate.tryEnter(0, Lane.NORMAL)).isFalse();

        gate.ended();
        assertThat(gate.tryEnter(0, Lane.NORMAL)).isTrue();
    }

    @Test
    void isClosedWithoutATokenAndTakesNoQuotaThen() {
        nanos.set(1_200);
        token.set(false);
        assertThat(gate.tryEnter(0, Lane.NORMAL)).isFalse();
        token.set(true);
        assertThat(gate.tryEnter(0, Lane.NORMAL)).isTrue();
    }

    @Test
    void givesBackWhatWasNotUsed() {
        nanos.set(1_200);
        assertThat(gate.tryEnter(0, Lane.NORMAL)).isTrue();
        assertThat(gate.tryEnter(0, Lane.NORMAL)).isFalse();
        gate.giveBack();
        assertThat(gate.tryEnter(0, Lane.NORMAL)).isTrue();
    }

    @Test
    void anUrgentTaskGoesBeforeAllOthersHoweverOftenTheyAsk() {
        nanos.set(500);
        assertThat(gate.tryEnter(1, Lane.BULK)).isFalse();
        assertThat(gate.tryEnter(2, Lane.URGENT)).isFalse();

        nanos.set(1_200);
        assertThat(gate.tryEnter(1, Lane.BULK)).isFalse();
        assertThat(gate.tryEnter(3, Lane.NORMAL)).isFalse();
        assertThat(gate.tryEnter(2, Lane.URGENT)).isTrue();
    }

    @Test
    void tasksOfALaneTakeTurnsWhoeverAsksFirst() {
        List<Integer> served = new ArrayList<>();
        for (int tick = 0; tick < 400; tick++) {
            nanos.addAndGet(300);
            for (int task = 0; task < 4; task++) {
                if (gate.tryEnter(task, Lane.BULK)) {
                    served.add(task);
                    gate.ended();
                }
            }
        }
        assertThat(served).hasSizeGreaterThan(100);
        for (int task = 0; task < 4; task++) {
            assertThat(Collections.frequency(served, task)).isBetween(served.size() / 4 - 1, served.size() / 4 + 1);
        }
    }

    @Test
    void nobodyWaitsForATaskThatHasWithdrawnOrGoneSilent() {
        nanos.set(1_200);
        token.set(false);
        gate.tryEnter(1, Lane.URGENT);
        gate.tryEnter(2, Lane.URGENT);
        token.set(true);
        gate.withdraw(1);
        assertThat(gate.tryEnter(3, Lane.NORMAL)).isFalse();

        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(gate.tryEnter(3, Lane.NORMAL)).isTrue();
    }

    @Test
    void isIdleOnceEveryCallHasEnded() throws Exception {
        nanos.set(1_000_000);
        assertThat(gate.awaitIdle(Duration.ofMillis(1))).isTrue();
        gate.tryEnter(0, Lane.NORMAL);
        CompletableFuture<Boolean> idle = CompletableFuture.supplyAsync(() -> {
            try {
                return gate.awaitIdle(Duration.ofSeconds(20));
            } catch (InterruptedException unexpected) {
                return false;
            }
        });
        gate.ended();
        assertThat(idle.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void doesNotWaitForEver() throws Exception {
        AtomicLong ticking = new AtomicLong();
        PacedGate slow = new PacedGate(1_000, 1_000_000, 2, () -> true, () -> ticking.addAndGet(1_000_000));
        assertThat(slow.tryEnter(0, Lane.NORMAL)).isTrue();
        assertThat(slow.awaitIdle(Duration.ofMillis(3))).isFalse();
    }
}
