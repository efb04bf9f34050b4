package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.campaign.CampaignRollout.Gate;
import io.fleetcommand.processor.core.campaign.CampaignRollout.Stage;
import io.fleetcommand.processor.core.campaign.CampaignTarget.GroupMatch;
import io.fleetcommand.processor.core.campaign.StopRule.StopAction;
import io.fleetcommand.processor.core.policy.CampaignLimits;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Guarantee;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Campaigns for tests, and what is said of them. A valid one, unless something else is asked for. */
final class Campaigns {
    static final long NOW = 1_764_322_000_000L;
    static final long HOUR = 3_600_000;
    static final CampaignBounds BOUNDS = new CampaignBounds(7 * 24 * HOUR, CampaignBounds.DEFAULT_RETENTION_MS);
    static final CampaignVerdict ALLOWED = allowing(CampaignLimits.NONE);

    private String id = "winter";
    private String product = "rockets";
    private List<String> deviceIds = List.of();
    private List<String> groups = List.of();
    private boolean wholeProduct = true;
    private OptionalInt firmwareMin = OptionalInt.empty();
    private OptionalInt firmwareMax = OptionalInt.empty();
    private OptionalInt platform = OptionalInt.empty();
    private String function = "";
    private OptionalInt limit = OptionalInt.empty();
    private String exclude = "";
    private Action action = new Action.Call("reboot", "");
    private Guarantee guarantee = Guarantee.AT_LEAST_ONCE;
    private long ttl = HOUR;
    private int attempts;
    private long notBefore;
    private OptionalLong endsAt = OptionalLong.empty();
    private Campaign.EndBehaviour atEnd = Campaign.EndBehaviour.STOP_RELEASING;
    private final List<CampaignWindow> windows = new ArrayList<>();
    private Campaign.Mode mode = Campaign.Mode.SNAPSHOT;
    private double start = 60;
    private double factor = 1;
    private int raiseAfter;
    private OptionalDouble most = OptionalDouble.empty();
    private int maxOpen = 100;
    private final List<Stage> stages = new ArrayList<>();
    private final List<StopRule> stopRules = new ArrayList<>();
    private Optional<CampaignExpectation> expected = Optional.empty();
    private Campaign.Order order = Campaign.Order.HASHED;
    private String requester = "lights";
    private String reason = "ticket 4711";
    private String retryOf = "";
    private long createdAt = NOW;

    private Campaigns() {}

    static Campaigns campaign() {
        return new Campaigns();
    }

    Campaigns named(String name) {
        id = name;
        return this;
    }

    Campaigns ofProduct(String name) {
        product = name;
        return this;
    }

    Campaigns forDevices(List<String> ids) {
        deviceIds = ids;
        wholeProduct = false;
        return this;
    }

    Campaigns forGroups(String... names) {
        groups = List.of(names);
        wholeProduct = false;
        return this;
    }

    Campaigns forProductToo() {
        wholeProduct = true;
        return this;
    }

    Campaigns forNobody() {
        wholeProduct = false;
        return this;
    }

    Campaigns ofFirmware(int min, int max) {
        firmwareMin = OptionalInt.of(min);
        firmwareMax = OptionalInt.of(max);
        return this;
    }

    Campaigns ofPlatform(int number) {
        platform = OptionalInt.of(number);
        return this;
    }

    Campaigns offering(String name) {
        function = name;
        return this;
    }

    Campaigns limitedTo(int devices) {
        limit = OptionalInt.of(devices);
        return this;
    }

    Campaigns excluding(String campaign) {
        exclude = campaign;
        return this;
    }

    Campaigns asking(Action what) {
        action = what;
        return this;
    }

    Campaigns atMostOnce() {
        guarantee = Guarantee.AT_MOST_ONCE;
        return this;
    }

    Campaigns ttl(long ms) {
        ttl = ms;
        return this;
    }

    Campaigns trying(int times) {
        attempts = times;
        return this;
    }

    Campaigns notBefore(long ms) {
        notBefore = ms;
        return this;
    }

    Campaigns endingAt(long ms) {
        endsAt = OptionalLong.of(ms);
        return this;
    }

    Campaigns cancellingAtEnd() {
        atEnd = Campaign.EndBehaviour.CANCEL_OPEN;
        return this;
    }

    Campaigns within(String from, String to, String zone, DayOfWeek... days) {
        windows.add(new CampaignWindow(Set.of(days), from, to, zone));
        return this;
    }

    Campaigns continuous() {
        mode = Campaign.Mode.CONTINUOUS;
        return this;
    }

    Campaigns asListed() {
        order = Campaign.Order.AS_LISTED;
        return this;
    }

    Campaigns at(double perMinute) {
        start = perMinute;
        return this;
    }

    Campaigns growing(double by, double upTo) {
        factor = by;
        most = OptionalDouble.of(upTo);
        return this;
    }

    Campaigns factor(double by) {
        factor = by;
        return this;
    }

    Campaigns raisedAfter(int successes) {
        raiseAfter = successes;
        return this;
    }

    Campaigns open(int places) {
        maxOpen = places;
        return this;
    }

    Campaigns stageTo(int devices, Gate gate) {
        stages.add(new Stage(OptionalInt.of(devices), OptionalDouble.empty(), gate));
        return this;
    }

    Campaigns stageToPercent(double share, Gate gate) {
        stages.add(new Stage(OptionalInt.empty(), OptionalDouble.of(share), gate));
        return this;
    }

    Campaigns stage(Stage stage) {
        stages.add(stage);
        return this;
    }

    Campaigns stopping(StopRule rule) {
        stopRules.add(rule);
        return this;
    }

    Campaigns expecting(CampaignExpectation values) {
        expected = Optional.of(values);
        return this;
    }

    Campaigns from(String name) {
        requester = name;
        return this;
    }

    Campaigns because(String why) {
        reason = why;
        return this;
    }

    Campaigns retrying(String campaign) {
        retryOf = campaign;
        return this;
    }

    Campaigns createdAt(long ms) {
        createdAt = ms;
        return this;
    }

    Campaign made() {
        return new Campaign(
                id,
                product,
                new CampaignTarget(
                        deviceIds,
                        groups,
                        GroupMatch.ANY,
                        wholeProduct,
                        false,
                        firmwareMin,
                        firmwareMax,
                        platform,
                        function,
                        limit,
                        exclude),
                action,
                guarantee,
                Priority.BULK,
                ttl,
                attempts,
                notBefore,
                endsAt,
                atEnd,
                windows,
                mode,
                new CampaignRollout(start, factor, raiseAfter, most, maxOpen, stages),
                stopRules,
                expected,
                order,
                requester,
                reason,
                retryOf,
                createdAt);
    }

    @Override
    public String toString() {
        return made().toString();
    }

    static CampaignVerdict allowing(CampaignLimits limits) {
        return new CampaignVerdict(Optional.of(limits), "everything");
    }

    static CampaignVerdict denied() {
        return new CampaignVerdict(Optional.empty(), "no rule allows it");
    }

    static StopRule share(double percent, int minimum, StopAction action, Status... statuses) {
        return rule(OptionalDouble.of(percent), minimum, OptionalInt.empty(), action, statuses);
    }

    static StopRule count(int number, StopAction action, Status... statuses) {
        return rule(OptionalDouble.empty(), 1, OptionalInt.of(number), action, statuses);
    }

    private static StopRule rule(
            OptionalDouble share, int minimum, OptionalInt count, StopAction action, Status... statuses) {
        return new StopRule(
                Set.copyOf(List.of(statuses).stream().map(Status::name).toList()),
                Set.of(),
                OptionalLong.empty(),
                false,
                false,
                share,
                minimum,
                count,
                action);
    }

    static ChildEnd end(Status status) {
        return new ChildEnd(status, Reason.NONE, Value.NONE, 1, false, NOW);
    }

    static ChildEnd returned(long value) {
        return new ChildEnd(Status.SUCCEEDED, Reason.NONE, new Value.Whole(value), 1, false, NOW);
    }

    static ChildEnd unreachable(Status status) {
        return new ChildEnd(status, Reason.DEADLINE_PASSED, Value.NONE, 1, true, NOW);
    }

    static CampaignControl control(CampaignControl.Kind kind, String controlId) {
        return new CampaignControl(
                "winter",
                controlId,
                kind,
                OptionalInt.empty(),
                false,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                "ann@desk",
                "because");
    }
}
