package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.Campaigns.NOW;
import static io.fleetcommand.processor.core.campaign.Campaigns.count;
import static io.fleetcommand.processor.core.campaign.Campaigns.end;
import static io.fleetcommand.processor.core.campaign.Campaigns.returned;
import static io.fleetcommand.processor.core.campaign.Campaigns.share;
import static io.fleetcommand.processor.core.campaign.Campaigns.unreachable;
import static io.fleetcommand.processor.core.campaign.StopRule.StopAction.ABORT;
import static io.fleetcommand.processor.core.campaign.StopRule.StopAction.PAUSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StopRulesTest {
    private static StopRule about(
            Set<String> reasons, OptionalLong returnBelow, boolean unexpected, boolean unreachable) {
        return new StopRule(
                Set.of(),
                reasons,
                returnBelow,
                unexpected,
                unreachable,
                OptionalDouble.empty(),
                1,
                OptionalInt.of(1),
                ABORT);
    }

    static Stream<Arguments> children() {
        StopRule failed = count(1, ABORT, Status.FAILED);
        StopRule succeeded = count(1, ABORT, Status.SUCCEEDED);
        StopRule expired = count(1, ABORT, Status.EXPIRED);
        StopRule forbidden = about(Set.of("FORBIDDEN"), OptionalLong.empty(), false, false);
        StopRule belowMinusTwo = about(Set.of(), OptionalLong.of(-2), false, false);
        StopRule unexpected = about(Set.of(), OptionalLong.empty(), true, false);
        StopRule silent = about(Set.of(), OptionalLong.empty(), false, true);
        ChildEnd refused = new ChildEnd(Status.REJECTED, Reason.FORBIDDEN, Value.NONE, 1, false, NOW);
        return Stream.of(
                arguments(failed, end(Status.FAILED), true),
                arguments(failed, end(Status.EXPIRED), false),
                arguments(failed, returned(0), false),
                arguments(failed, returned(-1), true),
                arguments(succeeded, returned(0), true),
                arguments(succeeded, returned(-1), false),
                arguments(failed, unreachable(Status.FAILED), false),
                arguments(expired, unreachable(Status.EXPIRED), false),
                arguments(expired, end(Status.EXPIRED), true),
                arguments(silent, unreachable(Status.EXPIRED), true),
                arguments(silent, end(Status.EXPIRED), false),
                arguments(forbidden, refused, true),
                arguments(forbidden, end(Status.REJECTED), false),
                arguments(belowMinusTwo, returned(-2), false),
                arguments(belowMinusTwo, returned(-3), true),
                arguments(belowMinusTwo, end(Status.FAILED), false),
                arguments(unexpected, returned(-1), true),
                arguments(unexpected, returned(1), false),
                arguments(unexpected, end(Status.FAILED), false));
    }

    @ParameterizedTest
    @MethodSource("children")
    void aRuleCountsWhatItIsAbout(StopRule rule, ChildEnd end, boolean counts) {
        assertThat(rule.counts(end, CampaignExpectation.NOT_NEGATIVE)).isEqualTo(counts);
    }

    @ParameterizedTest
    @CsvSource({
        "5, 50, 3, 49, false", // not enough have ended
        "5, 50, 2, 50, false",
        "5, 50, 3, 50, true",
        "5, 50, 5, 100, false", // exactly the share is not above it
        "5, 50, 6, 100, true",
        "5, 50, 6, 1000, false", // of all that ended, not of the last ones
        "0, 1, 0, 10, false",
        "0, 1, 1, 10, true"
    })
    void aShareIsOfAllThatEnded(double percent, int minimum, long matched, long ended, boolean applies) {
        assertThat(share(percent, minimum, ABORT, Status.FAILED).applies(matched, ended))
                .isEqualTo(applies);
    }

    @Test
    void aCountDoesNotDependOnHowManyEnded() {
        StopRule three = count(3, ABORT, Status.FAILED);

        assertThat(three.applies(2, 2)).isFalse();
        assertThat(three.applies(3, 1_000_000)).isTrue();
    }

    @Test
    void theRuleThatEndsTheCampaignGoesBeforeTheOneThatPausesIt() {
        StopRules rules = new StopRules(
                List.of(count(1, PAUSE, Status.FAILED), count(1, ABORT, Status.FAILED)), CampaignExpectation.ANYTHING);

        StopTally tally = rules.counting(rules.none(), end(Status.FAILED));

        assertThat(rules.applying(tally, 4, NOW)).contains(new FiredRule(2, "FAILED from 1", 1, 4, ABORT, NOW));
        assertThat(rules.applying(rules.none(), 4, NOW)).isEqualTo(Optional.empty());
    }

    @Test
    void afterAResumeARuleAppliesAgainToAsManyFurtherChildren() {
        StopRules rules = new StopRules(List.of(share(10, 20, PAUSE, Status.FAILED)), CampaignExpectation.ANYTHING);
        StopTally tally = rules.none();
        for (int failed = 0; failed < 5; failed++) {
            tally = rules.counting(tally, end(Status.FAILED));
        }
        assertThat(rules.applying(tally, 20, NOW)).isPresent();

        StopTally resumed = rules.acknowledged(tally, 20);
        StopTally oneMore = rules.counting(resumed, end(Status.FAILED));
        StopTally twoMore = rules.counting(oneMore, end(Status.FAILED));

        assertThat(rules.applying(resumed, 20, NOW)).isEmpty();
        assertThat(rules.applying(oneMore, 21, NOW)).isEmpty();
        assertThat(rules.applying(twoMore, 22, NOW)).isPresent();
    }

    @Test
    void aRuleSaysWhatItIsInWords() {
        assertThat(share(5, 50, ABORT, Status.REJECTED, Status.FAILED).words())
                .isEqualTo("FAILED, REJECTED above 5.0 % after 50");
        assertThat(about(Set.of("FORBIDDEN"), OptionalLong.of(0), true, true).words())
                .isEqualTo("FORBIDDEN, return value below 0, unexpected value, unreachable from 1");
    }

    static Stream<Arguments> values() {
        CampaignExpectation texts =
                new CampaignExpectation(OptionalDouble.empty(), OptionalDouble.empty(), List.of("on", "7", "true"));
        CampaignExpectation range = new CampaignExpectation(OptionalDouble.of(1), OptionalDouble.of(2.5), List.of());
        return Stream.of(
                arguments(CampaignExpectation.NOT_NEGATIVE, new Value.Whole(0), true),
                arguments(CampaignExpectation.NOT_NEGATIVE, new Value.Whole(-1), false),
                arguments(CampaignExpectation.ANYTHING, Value.NONE, true),
                arguments(range, new Value.Whole(1), true),
                arguments(range, new Value.Fraction(2.5), true),
                arguments(range, new Value.Fraction(2.6), false),
                arguments(range, new Value.Text("1"), false),
                arguments(range, Value.NONE, false),
                arguments(texts, new Value.Text("on"), true),
                arguments(texts, new Value.Text("ON"), false),
                arguments(texts, new Value.Whole(7), true),
                arguments(texts, new Value.Truth(true), true),
                arguments(texts, Value.NONE, false));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueIsASuccessOrNot(CampaignExpectation expected, Value value, boolean success) {
        assertThat(expected.isSuccess(value)).isEqualTo(success);
    }
}
