package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlidingWindowCounterTest {
    private final SlidingWindowCounter counter = new SlidingWindowCounter(1_000, 0);

    @Test
    void countsWhatTheWindowHolds() {
        counter.count(0);
        counter.count(500);
        counter.count(900);
        assertThat(counter.inWindow(999)).isEqualTo(3);
        assertThat(counter.inWindow(1_400)).isEqualTo(2);
        assertThat(counter.inWindow(5_000)).isZero();
    }

    @Test
    void remembersTheWorstWindow() {
        for (int call = 0; call < 10; call++) {
            counter.count(200);
        }
        counter.count(5_000);
        assertThat(counter.worstWindow()).isEqualTo(10);
        assertThat(counter.inWindow(5_000)).isEqualTo(1);
    }
}
