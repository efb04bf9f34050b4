package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.Campaigns.campaign;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.campaign.CampaignRollout.Gate;
import io.fleetcommand.processor.core.request.Status;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StagesTest {
    private static final Stages NUMBERS = new Stages(campaign()
            .stageTo(5, Gate.WAIT)
            .stageTo(50, Gate.GO_ON)
            .made()
            .rollout()
            .stages());

    @ParameterizedTest
    @CsvSource({"0.1, 100, 1", "1, 100, 1", "1, 101, 2", "1, 1, 1", "10, 0, 0", "100, 7, 7", "0.7, 1000, 7"})
    void aShareOfTheTargetIsRoundedUp(double percent, long targeted, long ceiling) {
        Stages shares = new Stages(
                campaign().stageToPercent(percent, Gate.WAIT).made().rollout().stages());

        assertThat(shares.ceiling(0, targeted)).isEqualTo(ceiling);
    }

    @Test
    void afterTheLastStageTheRestFollows() {
        assertThat(NUMBERS.ceiling(0, 1_000)).isEqualTo(5);
        assertThat(NUMBERS.ceiling(1, 1_000)).isEqualTo(50);
        assertThat(NUMBERS.ceiling(1, 20)).isEqualTo(20);
        assertThat(NUMBERS.ceiling(2, 1_000)).isEqualTo(1_000);
        assertThat(NUMBERS.gate(0)).isEqualTo(Gate.WAIT);
        assertThat(NUMBERS.gate(1)).isEqualTo(Gate.GO_ON);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 95, 0, 0, 0, 5, true",
        "0, 95, 0, 5, 0, 0, true", // those whose device is silent do not hold it up
        "0, 95, 1, 0, 0, 4, false",
        "0, 95, 0, 0, 1, 4, false",
        "0, 96, 0, 0, 0, 4, false",
        "1, 95, 0, 0, 0, 5, false",
        "0, 0, 0, 0, 0, 5, false", // nothing is left to wait for
        "2, 50, 0, 0, 0, 50, false"
    })
    void aStageIsOverWhenNoneOfItsChildrenCouldRun(
            int stage, long left, long waiting, long silent, long inFlight, long ended, boolean over) {
        CampaignCounts counts = new CampaignCounts(
                left + waiting + silent + inFlight + ended,
                left,
                waiting,
                silent,
                inFlight,
                Map.of(Status.SUCCEEDED, ended),
                0,
                0);

        assertThat(NUMBERS.isOver(stage, counts)).isEqualTo(over);
    }
}
