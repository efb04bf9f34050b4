package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlidingWindowCounterTest {
    private final SlidingWindowCounter use = new SlidingWindowCounter(1_000, 0);

    @Test
    void countsWhatTheWindowHolds() {
        use.count(0);
        use.count(500);
        use.count(900);
        assertThat(use.inWindow(999)).isEqualTo(3);
        assertThat(use.inWindow(1_400)).isEqualTo(2);
        assertThat(use.inWindow(5_000)).isZero();
    }

    @Test
    void remembersTheWorstWindow() {
        for (int call = 0; call < 10; call++) {
            use.count(200);
        }
        use.count(5_000);
        assertThat(use.worstWindow()).isEqualTo(10);
        assertThat(use.inWindow(5_000)).isEqualTo(1);
    }
}
