package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CoolDownTest {
    private static final long STEP = 10_000;
    private final CoolDown none = CoolDown.none(STEP);

    @Test
    void nothingIsHeldBackBeforeTheFirst429() {
        assertThat(none.share(0)).isEqualTo(1);
    }

    @Test
    void restsAsLongAsTheCloudAskedAndComesBackInSteps() {
        CoolDown resting = none.refused(7_000, 1_000);
        assertThat(resting.share(1_000)).isZero();
        assertThat(resting.share(7_999)).isZero();
        assertThat(resting.share(8_000)).isEqualTo(0.25);
        assertThat(resting.share(8_000 + STEP)).isEqualTo(0.5);
        assertThat(resting.share(8_000 + 2 * STEP)).isEqualTo(0.75);
        assertThat(resting.share(8_000 + 3 * STEP)).isEqualTo(1);
    }

    @Test
    void withoutAWishTheRestDoublesWithEach429ThatFollowsOnAnother() {
        CoolDown first = none.refused(0, 0);
        assertThat(first.untilMs()).isEqualTo(1_000);
        CoolDown second = first.refused(0, 2_000);
        assertThat(second.untilMs()).isEqualTo(4_000);
        CoolDown third = second.refused(0, 5_000);
        assertThat(third.untilMs()).isEqualTo(9_000);
        CoolDown muchLater = third.refused(0, 100_000);
        assertThat(muchLater.untilMs()).isEqualTo(101_000);
    }

    @Test
    void the429sOfCallsThatWereUnderWayChangeNothing() {
        CoolDown first = none.refused(0, 0);
        assertThat(first.refused(0, 500)).isEqualTo(first);
        assertThat(first.refused(200, 500)).isEqualTo(first);
    }

    @Test
    void aLongerWishThanTheRestIsHonoured() {
        assertThat(none.refused(0, 0).refused(5_000, 500).untilMs()).isEqualTo(5_500);
    }

    @Test
    void ofTwoTheLongerHolds() {
        CoolDown shorter = none.refused(1_000, 0);
        CoolDown longer = none.refused(2_000, 0);
        assertThat(shorter.or(longer)).isEqualTo(longer);
        assertThat(longer.or(shorter)).isEqualTo(longer);
    }

    @Test
    void noRestIsLongerThanAQuarterOfAnHour() {
        assertThat(none.refused(Long.MAX_VALUE, 1_000).untilMs()).isEqualTo(901_000);
        assertThat(none.refused(31_536_000_000L, 1_000).untilMs()).isEqualTo(901_000);
    }

    @Test
    void stepsAreThisInstancesOwnWhateverIsTold() {
        assertThat(none.or(new CoolDown(5_000, 3_600_000, 1))).isEqualTo(new CoolDown(5_000, STEP, 1));
    }
}
