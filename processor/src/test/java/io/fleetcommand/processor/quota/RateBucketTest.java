package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class RateBucketTest {
    private static final long MS = 1_000_000;
    private final RateBucket bucket = new RateBucket(0);

    RateBucketTest() {
        bucket.resize(1.0 / (100 * MS), 3, 0);
    }

    @Test
    void startsEmptyAndFillsEvenly() {
        assertThat(bucket.level(0)).isZero();
        assertThat(bucket.level(50 * MS)).isEqualTo(0.5);
        assertThat(bucket.level(250 * MS)).isEqualTo(2.5);
    }

    @Test
    void keepsNoMoreThanItsCapacity() {
        assertThat(bucket.level(1_900 * MS)).isEqualTo(3);
    }

    @Test
    void givesOneCallAtATime() {
        assertThat(bucket.level(250 * MS)).isEqualTo(2.5);
        bucket.take();
        bucket.take();
        assertThat(bucket.level(250 * MS)).isEqualTo(0.5);
        assertThatIllegalStateException().isThrownBy(bucket::take);
    }

    @Test
    void releaseReturnsACallUpToTheCapacity() {
        assertThat(bucket.level(250 * MS)).isEqualTo(2.5);
        bucket.take();
        bucket.release();
        assertThat(bucket.level(250 * MS)).isEqualTo(2.5);
        bucket.release();
        bucket.take();
        assertThat(bucket.level(250 * MS)).as("of three at most").isEqualTo(2);
    }

    @Test
    void saysHowLongUntilItHoldsACall() {
        assertThat(bucket.nanosUntil(1, 0)).isEqualTo(100 * MS);
        assertThat(bucket.nanosUntil(1, 60 * MS)).isEqualTo(40 * MS);
        assertThat(bucket.nanosUntil(1, 100 * MS)).isZero();
        assertThat(bucket.nanosUntil(4, 100 * MS)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void losesWhatNoLongerFitsAndGainsNothingWithANewShare() {
        assertThat(bucket.level(300 * MS)).isEqualTo(3);
        bucket.resize(0.5 / (100 * MS), 1.5, 300 * MS);
        assertThat(bucket.level(300 * MS)).isEqualTo(1.5);
        bucket.resize(1.0 / (100 * MS), 3, 300 * MS);
        assertThat(bucket.level(300 * MS)).isEqualTo(1.5);
    }

    @Test
    void isEmptyAfterALongGap() {
        assertThat(bucket.level(300 * MS)).isEqualTo(3);
        assertThat(bucket.level(300 * MS + RateBucket.MAX_GAP_NANOS)).isEqualTo(3);
        assertThat(bucket.level(301 * MS + 2 * RateBucket.MAX_GAP_NANOS)).isZero();
    }

    @Test
    void neverFillsWithoutInflow() {
        RateBucket dry = new RateBucket(0);
        assertThat(dry.level(1_000 * MS)).isZero();
        assertThat(dry.nanosUntil(1, 1_000 * MS)).isEqualTo(Long.MAX_VALUE);
    }
}
