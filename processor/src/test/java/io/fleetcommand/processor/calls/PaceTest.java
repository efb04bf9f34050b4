package io.fleetcommand.processor.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long WINDOW = 300 * SECOND;

    @Test
    void startsEmpty() {
        assertThat(new Pace(10_000, WINDOW, 0).available(0)).isZero();
    }

    @Test
    void savesUpNoMoreThanItsBurst() {
        Pace pace = new Pace(10_000, WINDOW, 0);
        int taken = 0;
        while (took(pace, WINDOW * 10)) {
            taken++;
        }
        assertThat(taken).isEqualTo(100);
    }

    @Test
    void neverLetsMoreThanTheLimitThroughInAnyWindowHoweverItIsAsked() {
        for (int seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            Pace pace = new Pace(1_000, WINDOW, 0);
            Deque<Long> window = new ArrayDeque<>();
            for (long now = 0; now < 4 * WINDOW; now += 1 + random.nextInt((int) (SECOND / 2))) {
                if (random.nextInt(200) == 0) {
                    now += random.nextInt(60) * SECOND;
                }
                while (took(pace, now)) {
                    window.addLast(now);
                    if (random.nextInt(20) == 0) {
                        pace.putBack(now);
                        window.removeLast();
                    }
                }
                while (!window.isEmpty() && window.peekFirst() <= now - WINDOW) {
                    window.removeFirst();
                }
                assertThat(window.size()).as("seed %s at %s", seed, now).isLessThanOrEqualTo(1_000);
            }
        }
    }

    @Test
    void usesAtLeastNinetyEightPerCentUnderBacklog() {
        Pace pace = new Pace(10_000, WINDOW, 0);
        int taken = 0;
        for (long now = WINDOW; now < 2 * WINDOW; now += SECOND / 100) {
            while (took(pace, now)) {
                taken++;
            }
        }
        assertThat(taken).isBetween(9_800, 10_000);
    }

    @Test
    void refusesALimitThatMakesNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Pace(1, WINDOW, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Pace(10, 0, 0));
    }

    private static boolean took(Pace pace, long nowNanos) {
        boolean free = pace.available(nowNanos) > 0;
        if (free) {
            pace.take();
        }
        return free;
    }
}
