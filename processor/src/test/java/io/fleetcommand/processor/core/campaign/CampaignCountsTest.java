package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.Campaigns.end;
import static io.fleetcommand.processor.core.campaign.Campaigns.returned;
import static io.fleetcommand.processor.core.campaign.Campaigns.unreachable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fleetcommand.processor.core.request.Status;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CampaignCountsTest {
    private static final CampaignExpectation EXPECTED = CampaignExpectation.NOT_NEGATIVE;
    private static final CampaignCounts TEN = CampaignCounts.NONE.targeting(10).releasing(4);

    @ParameterizedTest
    @CsvSource({
        "9, 5, 1, 1, 1, 2, 0, 0", // one is missing
        "11, 5, 1, 1, 1, 2, 0, 0",
        "9, -1, 4, 2, 2, 2, 0, 0",
        "10, 5, 1, 1, 1, 2, 3, 0", // more negative ones than succeeded
        "10, 5, 1, 1, 1, 2, 0, 1" // unreachable, though all that ended succeeded
    })
    void countsThatDoNotAddUpAreRefused(
            long targeted,
            long notReleased,
            long waiting,
            long silent,
            long inFlight,
            long succeeded,
            long negative,
            long unreachable) {
        assertThatThrownBy(() -> new CampaignCounts(
                        targeted,
                        notReleased,
                        waiting,
                        silent,
                        inFlight,
                        Map.of(Status.SUCCEEDED, succeeded),
                        negative,
                        unreachable))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("do not add up");
    }

    static Stream<Arguments> moves() {
        ChildState inFlight = ChildState.of(ChildState.Phase.IN_FLIGHT, 1, 0);
        ChildState silent = ChildState.of(ChildState.Phase.WAITING_FOR_DEVICE, 1, 5);
        return Stream.of(
                arguments(inFlight, new CampaignCounts(10, 6, 3, 0, 1, Map.of(), 0, 0)),
                arguments(silent, new CampaignCounts(10, 6, 3, 1, 0, Map.of(), 0, 0)),
                arguments(
                        ChildState.ended(1, returned(3)),
                        new CampaignCounts(10, 6, 3, 0, 0, Map.of(Status.SUCCEEDED, 1L), 0, 0)),
                arguments(
                        ChildState.ended(1, returned(-3)),
                        new CampaignCounts(10, 6, 3, 0, 0, Map.of(Status.SUCCEEDED, 1L), 1, 0)),
                arguments(
                        ChildState.ended(1, end(Status.REJECTED)),
                        new CampaignCounts(10, 6, 3, 0, 0, Map.of(Status.REJECTED, 1L), 0, 0)),
                arguments(
                        ChildState.ended(1, unreachable(Status.OUTCOME_UNKNOWN)),
                        new CampaignCounts(10, 6, 3, 0, 0, Map.of(Status.OUTCOME_UNKNOWN, 1L), 0, 1)));
    }

    @ParameterizedTest
    @MethodSource("moves")
    void aChildIsCountedWhereItStands(ChildState to, CampaignCounts expected) {
        assertThat(TEN.moving(ChildState.RELEASED, to, EXPECTED)).isEqualTo(expected);
    }

    @Test
    void aDeviceThatDoesNotAnswerHoldsNoPlace() {
        ChildState silent = ChildState.of(ChildState.Phase.WAITING_FOR_DEVICE, 1, 5);

        CampaignCounts counts = TEN.moving(ChildState.RELEASED, silent, EXPECTED);

        assertThat(counts.holdingPlaces()).isEqualTo(3);
        assertThat(counts.open()).isEqualTo(4);
        assertThat(counts.released()).isEqualTo(4);
    }

    @Test
    void aLimitChangesWhatIsNotReleased() {
        assertThat(TEN.targeting(4)).isEqualTo(new CampaignCounts(4, 0, 4, 0, 0, Map.of(), 0, 0));
        assertThatThrownBy(() -> TEN.targeting(3)).hasMessageContaining("do not add up");
    }

    @Test
    void successesLeaveOutThoseThatReturnedAFailure() {
        CampaignCounts counts = TEN.moving(ChildState.RELEASED, ChildState.ended(1, returned(1)), EXPECTED)
                .moving(ChildState.RELEASED, ChildState.ended(1, returned(-1)), EXPECTED);

        assertThat(counts.successes()).isEqualTo(1);
        assertThat(counts.of(Status.SUCCEEDED)).isEqualTo(2);
        assertThat(counts.allEnded()).isEqualTo(2);
    }
}
