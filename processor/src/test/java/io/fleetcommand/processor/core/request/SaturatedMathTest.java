package io.fleetcommand.processor.core.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SaturatedMathTest {
    private static final long[] NUMBERS = {
        Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, 1_764_322_000_000L, Long.MAX_VALUE - 1, Long.MAX_VALUE
    };

    @Test
    void isExactUnlessItOverflowsAndThenSaturates() {
        for (long one : NUMBERS) {
            for (long other : NUMBERS) {
                BigInteger exact = BigInteger.valueOf(one);
                assertThat(SaturatedMath.sum(one, other)).isEqualTo(clamped(exact.add(BigInteger.valueOf(other))));
                assertThat(SaturatedMath.difference(one, other))
                        .isEqualTo(clamped(exact.subtract(BigInteger.valueOf(other))));
            }
        }
    }

    @Test
    void aTimeBeyondTheRangeOfMillisecondsSaturates() {
        assertThat(SaturatedMath.epochMs(Instant.ofEpochMilli(1_764_322_000_000L)))
                .isEqualTo(1_764_322_000_000L);
        assertThat(SaturatedMath.epochMs(Instant.MAX)).isEqualTo(Long.MAX_VALUE);
        assertThat(SaturatedMath.epochMs(Instant.MIN)).isEqualTo(Long.MIN_VALUE);
    }

    private static long clamped(BigInteger exact) {
        return Stream.of(exact)
                .map(number -> number.max(BigInteger.valueOf(Long.MIN_VALUE)))
                .map(number -> number.min(BigInteger.valueOf(Long.MAX_VALUE)))
                .findFirst()
                .orElseThrow()
                .longValue();
    }
}
