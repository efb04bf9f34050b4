package io.fleetcommand.processor.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgeHistogramTest {
    private final AgeHistogram ages = new AgeHistogram();

    @Test
    void theOldestIsKnownToTheSecond() {
        assertThat(ages.oldestMs()).isEmpty();
        ages.add(7_300);
        ages.add(5_900);
        ages.add(5_100);
        assertThat(ages.oldestMs()).hasValue(5_000);
        ages.remove(5_900);
        assertThat(ages.oldestMs()).hasValue(5_000);
        ages.remove(5_100);
        assertThat(ages.oldestMs()).hasValue(7_000);
        ages.remove(7_300);
        assertThat(ages.oldestMs()).isEmpty();
    }

    @Test
    void overADayItIsStillKnownWithinHalfAMinuteAndNothingIsLeftBehind() {
        Random random = new Random(7);
        List<Long> held = new ArrayList<>();
        for (int count = 0; count < 50_000; count++) {
            long sinceMs = random.nextInt(86_400_000);
            ages.add(sinceMs);
            held.add(sinceMs);
        }
        held.sort(null);
        for (long oldest : held) {
            assertThat(ages.oldestMs().orElseThrow()).isBetween(oldest - 32_000, oldest);
            ages.remove(oldest);
        }
        assertThat(ages.oldestMs()).isEmpty();
    }
}
