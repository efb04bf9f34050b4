package io.fleetcommand.processor.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
        assertThat(gate.tryEnter()).isTrue();
        assertThat(gate.tryEnter()).isTrue();
        assertThat(gate.tryEnter()).isFalse();

        gate.ended();
        assertThat(gate.tryEnter()).isTrue();
    }

    @Test
    void isClosedWithoutATokenAndTakesNoQuotaThen() {
        nanos.set(1_200);
        token.set(false);
        assertThat(gate.tryEnter()).isFalse();
        token.set(true);
        assertThat(gate.tryEnter()).isTrue();
    }

    @Test
    void givesBackWhatWasNotUsed() {
        nanos.set(1_200);
        assertThat(gate.tryEnter()).isTrue();
        assertThat(gate.tryEnter()).isFalse();
        gate.giveBack();
        assertThat(gate.tryEnter()).isTrue();
    }

    @Test
    void isIdleOnceEveryCallHasEnded() throws Exception {
        nanos.set(1_000_000);
        assertThat(gate.awaitIdle(Duration.ofMillis(1))).isTrue();
        gate.tryEnter();
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
        assertThat(slow.tryEnter()).isTrue();
        assertThat(slow.awaitIdle(Duration.ofMillis(3))).isFalse();
    }
}
