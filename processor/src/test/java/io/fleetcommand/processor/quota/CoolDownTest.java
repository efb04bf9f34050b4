package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CoolDownTest {
    private static final long STEP = 10_000;
    private final CoolDown none = CoolDown.none(STEP);

    @Test
    void holdsNothingBackBeforeTheFirst429() {
        assertThat(none.share(0)).isEqualTo(1);
    }

    @Test
    void lastsAsLongAsRetryAfterAndRecoversInSteps() {
        CoolDown coolingDown = none.throttled(7_000, 1_000);
        assertThat(coolingDown.share(1_000)).isZero();
        assertThat(coolingDown.share(7_999)).isZero();
        assertThat(coolingDown.share(8_000)).isEqualTo(0.25);
        assertThat(coolingDown.share(8_000 + STEP)).isEqualTo(0.5);
        assertThat(coolingDown.share(8_000 + 2 * STEP)).isEqualTo(0.75);
        assertThat(coolingDown.share(8_000 + 3 * STEP)).isEqualTo(1);
    }

    @Test
    void withoutRetryAfterItDoublesWithEach429InARow() {
        CoolDown first = none.throttled(0, 0);
        assertThat(first.untilMs()).isEqualTo(1_000);
        CoolDown second = first.throttled(0, 2_000);
        assertThat(second.untilMs()).isEqualTo(4_000);
        CoolDown third = second.throttled(0, 5_000);
        assertThat(third.untilMs()).isEqualTo(9_000);
        CoolDown muchLater = third.throttled(0, 100_000);
        assertThat(muchLater.untilMs()).isEqualTo(101_000);
    }

    @Test
    void withoutRetryAfterItIsAtMost64Seconds() {
        CoolDown coolDown = none;
        for (int repeat = 0; repeat < 20; repeat++) {
            coolDown = coolDown.throttled(0, Math.max(0, coolDown.untilMs()));
        }

        assertThat(coolDown.throttled(0, coolDown.untilMs()))
                .isEqualTo(new CoolDown(coolDown.untilMs() + 64_000, STEP, 7));
    }

    @Test
    void ignores429sOfCallsThatWereInFlight() {
        CoolDown first = none.throttled(0, 0);
        assertThat(first.throttled(0, 500)).isEqualTo(first);
        assertThat(first.throttled(200, 500)).isEqualTo(first);
    }

    @Test
    void aRetryAfterBeyondItsEndExtendsIt() {
        assertThat(none.throttled(0, 0).throttled(5_000, 500).untilMs()).isEqualTo(5_500);
    }

    @Test
    void theLongerOfTwoApplies() {
        CoolDown shorter = none.throttled(1_000, 0);
        CoolDown longer = none.throttled(2_000, 0);
        assertThat(shorter.longer(longer)).isEqualTo(longer);
        assertThat(longer.longer(shorter)).isEqualTo(longer);
    }

    @Test
    void isNeverLongerThanAQuarterOfAnHour() {
        assertThat(none.throttled(Long.MAX_VALUE, 1_000).untilMs()).isEqualTo(901_000);
        assertThat(none.throttled(31_536_000_000L, 1_000).untilMs()).isEqualTo(901_000);
    }

    @Test
    void keepsItsOwnStepLengthWhateverIsReceived() {
        assertThat(none.longer(new CoolDown(5_000, 3_600_000, 1))).isEqualTo(new CoolDown(5_000, STEP, 1));
    }
}
