package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.Campaigns.NOW;
import static io.fleetcommand.processor.core.campaign.Campaigns.campaign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RampTest {
    private static final long MINUTE = 60_000;

    private static Ramp ramp(Campaigns made) {
        return new Ramp(made.made().rollout());
    }

    /** The releases of each minute, if all that is due is released at uneven ticks. */
    private static List<Long> releases(Ramp ramp, RampState start, int minutes, long seed) {
        Random random = new Random(seed);
        List<Long> each = new ArrayList<>();
        RampState state = ramp.credited(start, NOW, 0);
        long now = NOW;
        for (int minute = 1; minute <= minutes; minute++) {
            long released = 0;
            while (now < NOW + minute * MINUTE) {
                now = Math.min(NOW + minute * MINUTE, now + 1 + random.nextInt((int) Ramp.LOOK_AHEAD_MS));
                state = ramp.credited(state, now, 0);
                released += state.due();
                state = state.releasing(state.due());
            }
            each.add(released);
        }
        return each;
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 7, 10, 59.5, 600, 12_345, 100_000})
    void aConstantRateIsKeptEachMinute(double perMinute) {
        for (long released : releases(ramp(campaign().at(perMinute)), RampState.START, 10, 1)) {
            assertThat((double) released).isCloseTo(perMinute, within(Math.max(1, 0.05 * perMinute)));
        }
    }

    @Test
    void aRateGrowsEachMinuteUpToItsBound() {
        List<Long> releases = releases(ramp(campaign().at(10).growing(2, 100)), RampState.START, 6, 2);

        List<Double> plan = List.of(10.0, 20.0, 40.0, 80.0, 100.0, 100.0);
        for (int minute = 0; minute < plan.size(); minute++) {
            double planned = plan.get(minute);
            assertThat((double) releases.get(minute)).isCloseTo(planned, within(Math.max(1, 0.05 * planned)));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "4, 10", "5, 20", "9, 20", "10, 40", "25, 100", "1000000, 100"})
    void aRateIsRaisedAfterSuccesses(long successes, double perMinute) {
        Ramp ramp = ramp(campaign().at(10).growing(2, 100).raisedAfter(5));

        assertThat(ramp.perMinute(RampState.START, successes)).isEqualTo(perMinute);
    }

    @Test
    void aPauseMakesNoBurst() {
        Ramp ramp = ramp(campaign().at(600));
        RampState running = ramp.credited(ramp.credited(RampState.START, NOW, 0), NOW + 1_000, 0);
        assertThat(running.due()).isEqualTo(10);

        RampState paused = running.stopped();
        RampState resumed = ramp.credited(paused, NOW + 100 * MINUTE, 0);

        assertThat(resumed.due()).isEqualTo(1);
        assertThat(resumed.runMs()).isEqualTo(1_000);
        assertThat(ramp.credited(resumed, NOW + 100 * MINUTE + 500, 0).due()).isEqualTo(6);
    }

    @Test
    void creditThatNobodyTakesIsNotSavedUpBeyondTheLookAhead() {
        Ramp ramp = ramp(campaign().at(600));
        RampState state = RampState.START;
        for (int tick = 0; tick <= 600; tick++) {
            state = ramp.credited(state, NOW + tick * 100L, 0);
        }

        assertThat(state.due()).isEqualTo(1 + 600 * Ramp.LOOK_AHEAD_MS / MINUTE);
    }

    @ParameterizedTest
    @CsvSource({"-3600000, 0", "0, 0", "1000, 10", "2000, 20", "3600000, 20"})
    void aClockThatStepsGivesAtMostTheLookAhead(long byMs, long due) {
        Ramp ramp = ramp(campaign().at(600));

        RampState state = ramp.credited(ramp.credited(RampState.START, NOW, 0), NOW + byMs, 0);

        assertThat(state.due()).isEqualTo(due);
        assertThat(state.creditedToMs()).hasValue(NOW + byMs);
    }

    @Test
    void aRampGoesOnFromItsStoredState() {
        Ramp ramp = ramp(campaign().at(10).growing(2, 1_000));
        RampState inMinuteThree =
                new RampState(0.5, 2 * MINUTE, RampState.START.creditedToMs(), RampState.START.fixedPerMinute());

        assertThat(releases(ramp, inMinuteThree, 2, 3)).isEqualTo(List.of(40L, 80L));
    }

    @Test
    void aRateThatAPersonSetsNoLongerGrows() {
        Ramp ramp = ramp(campaign().at(10).growing(2, 1_000));

        assertThat(releases(ramp, RampState.START.at(120), 3, 4)).isEqualTo(List.of(120L, 120L, 120L));
    }

    @ParameterizedTest
    @CsvSource({
        "60, 1, 60, 0, 120, 1000, 2",
        "10, 2, 100, 0, 70, 1000, 3",
        "10, 2, 100, 0, 70, 10, 7",
        "10, 2, 40, 5, 15, 1000, 0.875",
        "60, 1, 60, 0, 0, 1000, 0"
    })
    void aForecastAddsUpTheMinutes(
            double start, double factor, double most, int raiseAfter, long devices, double quota, double minutes) {
        Ramp ramp = ramp(campaign().at(start).growing(factor, most).raisedAfter(raiseAfter));

        assertThat(ramp.forecastMs(RampState.START, devices, 0, quota)).isCloseTo(minutes * MINUTE, within(1.0));
    }

    @Test
    void withoutQuotaThereIsNoForecast() {
        assertThat(ramp(campaign().at(60)).forecastMs(RampState.START, 1, 0, 0)).isInfinite();
    }
}
