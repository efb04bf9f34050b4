package io.fleetcommand.processor.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
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
        assertThat(gate.tryEnter(0, Set.of(Lane.NORMAL))).contains(Lane.NORMAL);
        assertThat(gate.tryEnter(0, Set.of(Lane.NORMAL))).contains(Lane.NORMAL);
        assertThat(gate.tryEnter(0, Set.of(Lane.NORMAL))).isEmpty();

        gate.ended();
        assertThat(gate.tryEnter(0, Set.of(Lane.NORMAL))).contains(Lane.NORMAL);
    }

    @Test
    void isClosedWithoutATokenAndTakesNoQuotaThen() {
        nanos.set(1_200);
        token.set(false);
        assertThat(gate.tryEnter(0, Set.of(Lane.NORMAL))).isEmpty();
        token.set(true);
        assertThat(gate.tryEnter(0, Set.of(Lane.NORMAL))).contains(Lane.NORMAL);
    }

    @Test
    void givesBackWhatWasNotUsed() {
        nanos.set(1_200);
        assertThat(gate.tryEnter(0, Set.of(Lane.NORMAL))).contains(Lane.NORMAL);
        assertThat(gate.tryEnter(0, Set.of(Lane.NORMAL))).isEmpty();
        gate.giveBack();
        assertThat(gate.tryEnter(0, Set.of(Lane.NORMAL))).contains(Lane.NORMAL);
    }

    @Test
    void anUrgentTaskGoesBeforeAllOthersHoweverOftenTheyAsk() {
        nanos.set(500);
        assertThat(gate.tryEnter(1, Set.of(Lane.BULK))).isEmpty();
        assertThat(gate.tryEnter(2, Set.of(Lane.URGENT))).isEmpty();

        nanos.set(1_200);
        assertThat(gate.tryEnter(1, Set.of(Lane.BULK))).isEmpty();
        assertThat(gate.tryEnter(3, Set.of(Lane.NORMAL))).isEmpty();
        assertThat(gate.tryEnter(2, Set.of(Lane.URGENT))).contains(Lane.URGENT);
    }

    @Test
    void theBestLaneOfATaskGetsTheRight() {
        nanos.set(1_200);
        assertThat(gate.tryEnter(0, Set.of(Lane.BULK, Lane.URGENT))).contains(Lane.URGENT);
    }

    @Test
    void nobodyWaitsForATaskThatHasLeft() {
        nanos.set(500);
        assertThat(gate.tryEnter(1, Set.of(Lane.URGENT))).isEmpty();
        gate.left(1);
        nanos.set(1_200);
        assertThat(gate.tryEnter(2, Set.of(Lane.BULK))).contains(Lane.BULK);
    }

    @Test
    void tasksOfALaneTakeTurnsWhoeverAsksFirst() {
        List<Integer> served = new ArrayList<>();
        for (int tick = 0; tick < 400; tick++) {
            nanos.addAndGet(300);
            for (int task = 0; task < 4; task++) {
                if (gate.tryEnter(task, Set.of(Lane.BULK)).isPresent()) {
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
        gate.tryEnter(1, Set.of(Lane.URGENT));
        gate.tryEnter(2, Set.of(Lane.URGENT));
        token.set(true);
        gate.withdraw(1);
        assertThat(gate.tryEnter(3, Set.of(Lane.NORMAL))).isEmpty();

        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(gate.tryEnter(3, Set.of(Lane.NORMAL))).contains(Lane.NORMAL);
    }

    @Test
    void isIdleOnceEveryCallHasEnded() throws Exception {
        nanos.set(1_000_000);
        assertThat(gate.awaitIdle(Duration.ofMillis(1))).isTrue();
        gate.tryEnter(0, Set.of(Lane.NORMAL));
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
        assertThat(slow.tryEnter(0, Set.of(Lane.NORMAL))).isPresent();
        assertThat(slow.awaitIdle(Duration.ofMillis(3))).isFalse();
    }
}
