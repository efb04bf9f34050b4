package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.Campaigns.BOUNDS;
import static io.fleetcommand.processor.core.campaign.Campaigns.HOUR;
import static io.fleetcommand.processor.core.campaign.Campaigns.NOW;
import static io.fleetcommand.processor.core.campaign.Campaigns.campaign;
import static io.fleetcommand.processor.core.campaign.Campaigns.count;
import static io.fleetcommand.processor.core.campaign.Campaigns.share;
import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.SUNDAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fleetcommand.processor.core.campaign.CampaignRollout.Gate;
import io.fleetcommand.processor.core.campaign.CampaignRollout.Stage;
import io.fleetcommand.processor.core.campaign.StopRule.StopAction;
import io.fleetcommand.processor.core.request.Action.Call;
import io.fleetcommand.processor.core.request.Action.Read;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestValidator.Fault;
import io.fleetcommand.processor.core.request.Status;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CampaignValidatorTest {
    private static final String DEVICE = "0123456789abcdef01234567";
    private static final long DAY = 24 * HOUR;

    private static Arguments fault(Campaigns campaign, Reason reason, String words) {
        return arguments(campaign, reason, words);
    }

    private static List<String> devices(int count) {
        return IntStream.range(0, count).mapToObj("%024x"::formatted).toList();
    }

    private static StopRule rule(Set<String> statuses, Set<String> reasons, boolean unexpected) {
        return new StopRule(
                statuses,
                reasons,
                OptionalLong.empty(),
                unexpected,
                false,
                OptionalDouble.empty(),
                1,
                OptionalInt.of(1),
                StopAction.ABORT);
    }

    private static StopRule rule(OptionalDouble share, OptionalInt count) {
        return new StopRule(
                Set.of("FAILED"), Set.of(), OptionalLong.empty(), false, false, share, 1, count, StopAction.ABORT);
    }

    static Stream<Arguments> identityFaults() {
        return Stream.of(
                fault(campaign().named(" "), Reason.MISSING_FIELD, "campaign_id is empty"),
                fault(campaign().named("x".repeat(161)), Reason.OUT_OF_RANGE, "at most 160"),
                fault(campaign().named("a\nb"), Reason.ILLEGAL_NAME, "holds a line end"),
                fault(campaign().named("a\u200Bb"), Reason.ILLEGAL_NAME, "cannot be seen"),
                fault(campaign().named("a\uFFFD"), Reason.ILLEGAL_NAME, "is no UTF-8"),
                fault(campaign().named("/a"), Reason.ILLEGAL_NAME, "slash at an end"),
                fault(campaign().named("a/"), Reason.ILLEGAL_NAME, "slash at an end"),
                fault(campaign().from(""), Reason.MISSING_FIELD, "requester is empty"),
                fault(campaign().from("x".repeat(201)), Reason.OUT_OF_RANGE, "requester is of 201 characters"),
                fault(campaign().because(" "), Reason.MISSING_FIELD, "reason is empty"),
                fault(campaign().because("x".repeat(501)), Reason.OUT_OF_RANGE, "at most 500"),
                fault(
                        campaign().retrying("winter"),
                        Reason.OUT_OF_RANGE,
                        "retry_of is \"winter\"; it must name another"),
                fault(campaign().retrying("a/"), Reason.ILLEGAL_NAME, "retry_of"),
                fault(campaign().excluding("winter"), Reason.OUT_OF_RANGE, "target.exclude_campaign"));
    }

    static Stream<Arguments> targetFaults() {
        List<String> twice = List.of(DEVICE, DEVICE);
        return Stream.of(
                fault(campaign().forNobody(), Reason.MISSING_FIELD, "never means all devices"),
                fault(campaign().forDevices(devices(1)).forProductToo(), Reason.OUT_OF_RANGE, "give one of the three"),
                fault(campaign().forDevices(devices(2)).forGroups("a"), Reason.OUT_OF_RANGE, "give one of the three"),
                fault(campaign().forGroups("a").forProductToo(), Reason.OUT_OF_RANGE, "give one of the three"),
                fault(campaign().forDevices(devices(10_001)), Reason.OUT_OF_RANGE, "10001 ids; at most 10000"),
                fault(campaign().forDevices(twice), Reason.ILLEGAL_NAME, DEVICE + " twice"),
                fault(campaign().forDevices(List.of("kitchen")), Reason.ILLEGAL_NAME, "\"kitchen\""),
                fault(campaign().forDevices(List.of("ABCDEF" + DEVICE.substring(6))), Reason.ILLEGAL_NAME, "small"),
                fault(campaign().forDevices(devices(3)).continuous(), Reason.OUT_OF_RANGE, "use SNAPSHOT"),
                fault(campaign().forGroups("a", "a"), Reason.OUT_OF_RANGE, "give each group once"),
                fault(campaign().forGroups(" "), Reason.MISSING_FIELD, "target.groups is empty"),
                fault(campaign().forGroups("a\tb"), Reason.ILLEGAL_NAME, "target.groups"),
                fault(
                        campaign().forGroups(devices(101).toArray(String[]::new)),
                        Reason.OUT_OF_RANGE,
                        "101 groups; at most 100"),
                fault(campaign().ofFirmware(3, 2), Reason.OUT_OF_RANGE, "firmware_version_max, 2"),
                fault(campaign().ofFirmware(-1, 2), Reason.OUT_OF_RANGE, "firmware_version_min is -1"),
                fault(campaign().ofPlatform(-1), Reason.OUT_OF_RANGE, "platform_id is -1"),
                fault(campaign().offering("a b"), Reason.ILLEGAL_NAME, "target.function"),
                fault(campaign().limitedTo(0), Reason.OUT_OF_RANGE, "target.limit is 0"));
    }

    static Stream<Arguments> childFaults() {
        return Stream.of(
                fault(campaign().ofProduct(""), Reason.ILLEGAL_NAME, "product \"\""),
                fault(campaign().ofProduct("a/b"), Reason.ILLEGAL_NAME, "product"),
                fault(campaign().asking(new Call("", "")), Reason.MISSING_FIELD, "function is empty"),
                fault(campaign().asking(new Call("a b", "")), Reason.ILLEGAL_NAME, "function"),
                fault(campaign().asking(new Call("f", "ä".repeat(513))), Reason.ARGUMENT_TOO_LONG, "1026 bytes"),
                fault(campaign().asking(new Read("v\n", 0)), Reason.ILLEGAL_NAME, "variable"),
                fault(campaign().asking(new Read("v", -1)), Reason.OUT_OF_RANGE, "max_age_ms is -1"),
                fault(campaign().trying(-1), Reason.OUT_OF_RANGE, "max_attempts is -1"),
                fault(campaign().ttl(0), Reason.OUT_OF_RANGE, "deadline_per_device_ms is 0"),
                fault(campaign().ttl(8 * DAY), Reason.OUT_OF_RANGE, "from 1 to 604800000"));
    }

    static Stream<Arguments> timeFaults() {
        return Stream.of(
                fault(campaign().createdAt(NOW - 91 * DAY), Reason.OUT_OF_RANGE, "created_at"),
                fault(campaign().createdAt(NOW / 1000), Reason.OUT_OF_RANGE, "are these milliseconds?"),
                fault(campaign().createdAt(NOW + 8 * DAY), Reason.OUT_OF_RANGE, "too far ahead"),
                fault(campaign().notBefore(-1), Reason.OUT_OF_RANGE, "not_before"),
                fault(campaign().notBefore(NOW * 1000), Reason.OUT_OF_RANGE, "within two years"),
                fault(campaign().endingAt(NOW + 800 * DAY), Reason.OUT_OF_RANGE, "ends_at"),
                fault(campaign().endingAt(NOW - 1).createdAt(NOW - 9), Reason.OUT_OF_RANGE, "it has passed"),
                fault(campaign().endingAt(NOW + 5).createdAt(NOW + 5), Reason.OUT_OF_RANGE, "later than created_at"),
                fault(
                        campaign().endingAt(NOW + HOUR).notBefore(NOW + HOUR),
                        Reason.OUT_OF_RANGE,
                        "later than not_before"));
    }

    static Stream<Arguments> rolloutFaults() {
        Stage neither = new Stage(OptionalInt.empty(), OptionalDouble.empty(), Gate.WAIT);
        return Stream.of(
                fault(campaign().at(0), Reason.OUT_OF_RANGE, "start_per_minute is 0.0"),
                fault(campaign().at(-1), Reason.OUT_OF_RANGE, "start_per_minute"),
                fault(campaign().at(Double.NaN), Reason.OUT_OF_RANGE, "start_per_minute is NaN"),
                fault(campaign().at(Double.POSITIVE_INFINITY), Reason.OUT_OF_RANGE, "Infinity"),
                fault(campaign().at(1_000_001), Reason.OUT_OF_RANGE, "at most 1000000"),
                fault(campaign().factor(0.5), Reason.OUT_OF_RANGE, "a rate does not shrink"),
                fault(campaign().factor(Double.NaN), Reason.OUT_OF_RANGE, "factor is NaN"),
                fault(campaign().growing(1_001, 600), Reason.OUT_OF_RANGE, "factor"),
                fault(campaign().factor(2), Reason.MISSING_FIELD, "most_per_minute is empty"),
                fault(campaign().growing(2, 59), Reason.OUT_OF_RANGE, "must not be below start_per_minute"),
                fault(campaign().growing(2, Double.NaN), Reason.OUT_OF_RANGE, "most_per_minute is NaN"),
                fault(campaign().raisedAfter(-1), Reason.OUT_OF_RANGE, "raise_after_successes is -1"),
                fault(campaign().raisedAfter(5), Reason.OUT_OF_RANGE, "nothing is raised"),
                fault(campaign().open(0), Reason.OUT_OF_RANGE, "max_open is 0"),
                fault(campaign().open(1_000_001), Reason.OUT_OF_RANGE, "max_open"),
                fault(campaign().stage(neither), Reason.OUT_OF_RANGE, "up_to or up_to_percent"),
                fault(
                        campaign().stageTo(5, Gate.WAIT).stageToPercent(50, Gate.WAIT),
                        Reason.OUT_OF_RANGE,
                        "all stages give up_to, or all"),
                fault(campaign().stageTo(0, Gate.WAIT), Reason.OUT_OF_RANGE, "must be above 0"),
                fault(
                        campaign().stageTo(5, Gate.WAIT).stageTo(5, Gate.GO_ON),
                        Reason.OUT_OF_RANGE,
                        "above the stage before it"),
                fault(campaign().stageToPercent(101, Gate.WAIT), Reason.OUT_OF_RANGE, "at most 100"),
                fault(campaign().stageToPercent(Double.NaN, Gate.WAIT), Reason.OUT_OF_RANGE, "NaN"));
    }

    static Stream<Arguments> stopRuleFaults() {
        StopAction abort = StopAction.ABORT;
        return Stream.of(
                fault(campaign().stopping(share(101, 5, abort, Status.FAILED)), Reason.OUT_OF_RANGE, "below 100"),
                fault(campaign().stopping(share(100, 5, abort, Status.FAILED)), Reason.OUT_OF_RANGE, "never reached"),
                fault(campaign().stopping(share(-1, 5, abort, Status.FAILED)), Reason.OUT_OF_RANGE, "at least 0"),
                fault(campaign().stopping(share(Double.NaN, 5, abort, Status.FAILED)), Reason.OUT_OF_RANGE, "NaN"),
                fault(campaign().stopping(share(0, 0, abort, Status.FAILED)), Reason.OUT_OF_RANGE, "apply at once"),
                fault(campaign().stopping(count(0, abort, Status.FAILED)), Reason.OUT_OF_RANGE, "apply at once"),
                fault(campaign().stopping(count(1, abort)), Reason.MISSING_FIELD, "is about nothing"),
                fault(
                        campaign().stopping(rule(OptionalDouble.of(1), OptionalInt.of(1))),
                        Reason.OUT_OF_RANGE,
                        "share_percent or count"),
                fault(
                        campaign().stopping(rule(OptionalDouble.empty(), OptionalInt.empty())),
                        Reason.OUT_OF_RANGE,
                        "share_percent or count"),
                fault(
                        campaign().forDevices(devices(10)).stopping(share(5, 11, abort, Status.FAILED)),
                        Reason.OUT_OF_RANGE,
                        "could never apply"),
                fault(
                        campaign().limitedTo(10).stopping(count(11, abort, Status.FAILED)),
                        Reason.OUT_OF_RANGE,
                        "could never apply"),
                fault(
                        campaign().stopping(rule(Set.of("BROKEN"), Set.of(), false)),
                        Reason.ILLEGAL_NAME,
                        "statuses has \"BROKEN\""),
                fault(
                        campaign().stopping(rule(Set.of(), Set.of("WHIM"), false)),
                        Reason.ILLEGAL_NAME,
                        "reasons has \"WHIM\""),
                fault(
                        campaign().asking(new Read("v", 0)).stopping(rule(Set.of(), Set.of(), true)),
                        Reason.OUT_OF_RANGE,
                        "a poll needs expect"),
                fault(
                        campaign().expecting(expectation(2, 1)),
                        Reason.OUT_OF_RANGE,
                        "expect.min is 2.0; it must be a number not above expect.max"),
                fault(campaign().expecting(expectation(Double.NaN, 1)), Reason.OUT_OF_RANGE, "expect.min is NaN"),
                fault(campaign().expecting(CampaignExpectation.ANYTHING), Reason.OUT_OF_RANGE, "one of both"),
                fault(
                        campaign()
                                .expecting(new CampaignExpectation(
                                        OptionalDouble.of(1), OptionalDouble.empty(), List.of("on"))),
                        Reason.OUT_OF_RANGE,
                        "one of both"));
    }

    private static CampaignExpectation expectation(double min, double max) {
        return new CampaignExpectation(OptionalDouble.of(min), OptionalDouble.of(max), List.of());
    }

    static Stream<Arguments> windowFaults() {
        String berlin = "Europe/Berlin";
        return Stream.of(
                fault(campaign().within("22:00", "22:00", berlin, MONDAY), Reason.OUT_OF_RANGE, "closes at once"),
                fault(campaign().within("22:00", "23:00", berlin), Reason.MISSING_FIELD, "days is empty"),
                fault(campaign().within("22:00", "23:00", "Europe/Bonn", MONDAY), Reason.ILLEGAL_NAME, "IANA"),
                fault(campaign().within("22:00", "23:00", "", MONDAY), Reason.ILLEGAL_NAME, "IANA"),
                fault(campaign().within("24:00", "23:00", berlin, MONDAY), Reason.OUT_OF_RANGE, ".from is \"24:00\""),
                fault(campaign().within("9:00", "23:00", berlin, MONDAY), Reason.OUT_OF_RANGE, "HH:MM"),
                fault(campaign().within("09:00", "24:01", berlin, MONDAY), Reason.OUT_OF_RANGE, ".to is \"24:01\""),
                // NOW is a Friday morning.
                fault(
                        campaign().within("02:00", "03:00", berlin, SUNDAY).endingAt(NOW + 12 * HOUR),
                        Reason.OUT_OF_RANGE,
                        "it would never begin"));
    }

    @ParameterizedTest
    @MethodSource({
        "identityFaults",
        "targetFaults",
        "childFaults",
        "timeFaults",
        "rolloutFaults",
        "stopRuleFaults",
        "windowFaults"
    })
    void reportsTheFaultInWords(Campaigns made, Reason reason, String words) {
        Campaign campaign = made.made();

        assertThat(CampaignValidator.faults(campaign, campaign.id(), NOW, BOUNDS))
                .anySatisfy(fault -> {
                    assertThat(fault.reason()).isEqualTo(reason);
                    assertThat(fault.detail()).contains(words);
                });
    }

    @Test
    void aKeyThatIsNotTheIdIsAFault() {
        assertThat(CampaignValidator.faults(campaign().made(), "summer", NOW, BOUNDS))
                .extracting(Fault::reason)
                .containsExactly(Reason.KEY_MISMATCH);
    }

    static Stream<Campaigns> valid() {
        return Stream.of(
                campaign(),
                campaign().named("a/b " + "x".repeat(150)),
                campaign().forDevices(devices(10_000)).asListed().limitedTo(500),
                campaign()
                        .forGroups("canary", "cellars")
                        .continuous()
                        .ofFirmware(3, 3)
                        .ofPlatform(0),
                campaign().asking(new Call("f", "a\nb")).atMostOnce().trying(3),
                campaign().asking(new Read("v", 5_000)).stopping(count(1, StopAction.PAUSE, Status.EXPIRED)),
                campaign().at(0.1).growing(2, 1_000_000).raisedAfter(10).open(1),
                campaign().stageTo(1, Gate.WAIT).stageTo(10, Gate.GO_ON),
                campaign().stageToPercent(0.1, Gate.WAIT).stageToPercent(100, Gate.GO_ON),
                campaign().stopping(share(0, 1, StopAction.ABORT, Status.FAILED)),
                campaign().within("00:00", "24:00", "UTC", MONDAY).within("22:00", "04:00", "Asia/Tokyo", SUNDAY),
                campaign().notBefore(NOW + HOUR).endingAt(NOW + 2 * HOUR).cancellingAtEnd(),
                campaign().retrying("autumn").excluding("autumn"));
    }

    @ParameterizedTest
    @MethodSource
    void valid(Campaigns made) {
        Campaign campaign = made.made();

        assertThat(CampaignValidator.faults(campaign, campaign.id(), NOW, BOUNDS))
                .isEmpty();
    }

    @Test
    void allFaultsAreFoundAtOnce() {
        Campaigns made = campaign().forNobody().at(0).because("").open(0);

        assertThat(CampaignValidator.faults(made.made(), "winter", NOW, BOUNDS))
                .extracting(Fault::reason)
                .containsExactly(Reason.MISSING_FIELD, Reason.MISSING_FIELD, Reason.OUT_OF_RANGE, Reason.OUT_OF_RANGE);
    }
}
