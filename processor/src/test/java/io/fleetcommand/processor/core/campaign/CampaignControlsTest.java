package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.Campaigns.ALLOWED;
import static io.fleetcommand.processor.core.campaign.Campaigns.HOUR;
import static io.fleetcommand.processor.core.campaign.Campaigns.NOW;
import static io.fleetcommand.processor.core.campaign.Campaigns.allowing;
import static io.fleetcommand.processor.core.campaign.Campaigns.campaign;
import static io.fleetcommand.processor.core.campaign.Campaigns.returned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fleetcommand.processor.core.campaign.CampaignControl.Kind;
import io.fleetcommand.processor.core.campaign.CampaignEffect.Audit;
import io.fleetcommand.processor.core.campaign.CampaignEffect.CancelOpen;
import io.fleetcommand.processor.core.campaign.CampaignEffect.Hold;
import io.fleetcommand.processor.core.campaign.CampaignEffect.Refuse;
import io.fleetcommand.processor.core.campaign.CampaignEffect.Release;
import io.fleetcommand.processor.core.campaign.CampaignRollout.Gate;
import io.fleetcommand.processor.core.policy.CampaignLimits;
import io.fleetcommand.processor.core.request.Reason;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CampaignControlsTest {
    private static final CampaignVerdict SMALL = allowing(new CampaignLimits(10, 600, 5));

    private static CampaignControl by(Kind kind, String actor, String reason) {
        return new CampaignControl(
                "winter",
                "k",
                kind,
                OptionalInt.empty(),
                false,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                actor,
                reason);
    }

    private static CampaignControl plain(Kind kind) {
        return Campaigns.control(kind, "k");
    }

    private static CampaignControl setting(OptionalDouble rate, OptionalInt maxOpen, OptionalInt limit, String actor) {
        return new CampaignControl(
                "winter", "k", Kind.SET, OptionalInt.empty(), false, rate, maxOpen, limit, actor, "because");
    }

    private static CampaignControl rate(double perMinute) {
        return setting(OptionalDouble.of(perMinute), OptionalInt.empty(), OptionalInt.empty(), "ann@desk");
    }

    private static CampaignControl open(int places) {
        return setting(OptionalDouble.empty(), OptionalInt.of(places), OptionalInt.empty(), "ann@desk");
    }

    private static CampaignControl limit(int devices, String actor) {
        return setting(OptionalDouble.empty(), OptionalInt.empty(), OptionalInt.of(devices), actor);
    }

    private static CampaignControl cancelOpen(String id) {
        return new CampaignControl(
                "winter",
                id,
                Kind.CANCEL,
                OptionalInt.empty(),
                true,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                "ann@desk",
                "because");
    }

    private static CampaignControl goOn(int stage) {
        return new CampaignControl(
                "winter",
                "k",
                Kind.GO_ON,
                OptionalInt.of(stage),
                false,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                "ann@desk",
                "because");
    }

    private static RunningCampaign running() {
        RunningCampaign running = RunningCampaign.of(campaign().at(600), 100);
        running.tick(1_000);
        return running;
    }

    private static RunningCampaign draft() {
        return RunningCampaign.of(campaign(), 6, SMALL);
    }

    private static RunningCampaign paused() {
        RunningCampaign paused = running();
        paused.control(Kind.PAUSE, "first");
        return paused;
    }

    private static RunningCampaign stopping() {
        RunningCampaign stopping = running();
        stopping.control(Kind.CANCEL, "first");
        return stopping;
    }

    private static RunningCampaign ended() {
        RunningCampaign ended = RunningCampaign.of(campaign().at(600), 1);
        ended.tick(1_000);
        ended.event(0, new ChildEvent.Ended(1, returned(0)));
        return ended;
    }

    private static RunningCampaign atGate() {
        RunningCampaign atGate = RunningCampaign.of(campaign().at(600).stageTo(1, Gate.WAIT), 100);
        atGate.tick(1_000);
        atGate.event(0, new ChildEvent.Ended(1, returned(0)));
        atGate.tick(1_000);
        return atGate;
    }

    private static RunningCampaign unlisted() {
        return RunningCampaign.unlisted(campaign());
    }

    private static Arguments refused(
            Supplier<RunningCampaign> campaign, CampaignControl control, Reason reason, String words) {
        return arguments(campaign, control, reason, words);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refused(CampaignControlsTest::running, by(Kind.PAUSE, "", "why"), Reason.MISSING_FIELD, "actor"),
                refused(CampaignControlsTest::running, by(Kind.PAUSE, "ann", " "), Reason.MISSING_FIELD, "reason"),
                refused(CampaignControlsTest::running, by(Kind.PAUSE, "a\nb", "why"), Reason.ILLEGAL_NAME, "actor"),
                refused(
                        CampaignControlsTest::running,
                        Campaigns.control(Kind.PAUSE, ""),
                        Reason.MISSING_FIELD,
                        "control_id"),
                refused(CampaignControlsTest::running, plain(Kind.APPROVE), Reason.REFUSED, "it is RUNNING"),
                refused(CampaignControlsTest::running, plain(Kind.RESUME), Reason.REFUSED, "RESUME"),
                refused(CampaignControlsTest::running, plain(Kind.GO_ON), Reason.REFUSED, "end of a stage"),
                refused(CampaignControlsTest::running, plain(Kind.SET), Reason.MISSING_FIELD, "SET changes nothing"),
                refused(CampaignControlsTest::running, rate(0), Reason.OUT_OF_RANGE, "rate_per_minute is 0.0"),
                refused(CampaignControlsTest::running, rate(Double.NaN), Reason.OUT_OF_RANGE, "NaN"),
                refused(CampaignControlsTest::running, open(0), Reason.OUT_OF_RANGE, "max_open is 0"),
                refused(CampaignControlsTest::running, limit(0, "ann"), Reason.OUT_OF_RANGE, "limit is 0"),
                refused(CampaignControlsTest::paused, plain(Kind.PAUSE), Reason.REFUSED, "paused by a person already"),
                refused(CampaignControlsTest::paused, plain(Kind.GO_ON), Reason.REFUSED, "end of a stage"),
                refused(CampaignControlsTest::atGate, plain(Kind.RESUME), Reason.REFUSED, "by [GATE]"),
                refused(CampaignControlsTest::atGate, goOn(2), Reason.REFUSED, "stage 1, not of stage 2"),
                refused(CampaignControlsTest::draft, by(Kind.APPROVE, "lights", "ok"), Reason.POLICY, "own requester"),
                refused(CampaignControlsTest::draft, by(Kind.APPROVE, " Lights", "ok"), Reason.POLICY, "own requester"),
                refused(CampaignControlsTest::draft, plain(Kind.PAUSE), Reason.REFUSED, "it is DRAFT"),
                refused(CampaignControlsTest::draft, plain(Kind.RESUME), Reason.REFUSED, "is DRAFT"),
                refused(CampaignControlsTest::unlisted, plain(Kind.APPROVE), Reason.REFUSED, "wait for approval"),
                refused(CampaignControlsTest::stopping, plain(Kind.CANCEL), Reason.REFUSED, "ending already"),
                refused(CampaignControlsTest::stopping, rate(5), Reason.REFUSED, "ending already"),
                refused(CampaignControlsTest::stopping, plain(Kind.RESUME), Reason.REFUSED, "RESUME"),
                refused(CampaignControlsTest::stopping, plain(Kind.PAUSE), Reason.REFUSED, "it is STOPPING"),
                refused(CampaignControlsTest::ended, plain(Kind.CANCEL), Reason.REFUSED, "it is COMPLETED"),
                refused(CampaignControlsTest::ended, plain(Kind.RESUME), Reason.REFUSED, "it is COMPLETED"),
                refused(CampaignControlsTest::ended, rate(5), Reason.REFUSED, "it is COMPLETED"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatCannotBeDoneIsRefusedWithAReason(
            Supplier<RunningCampaign> made, CampaignControl control, Reason reason, String words) {
        RunningCampaign campaign = made.get();
        CampaignState before = campaign.state();

        assertThat(campaign.control(control)).singleElement().isInstanceOfSatisfying(Refuse.class, refusal -> {
            assertThat(refusal.control()).isEqualTo(control);
            assertThat(refusal.reason()).isEqualTo(reason);
            assertThat(refusal.detail()).contains(words);
        });
        assertThat(campaign.state()).isEqualTo(before);
    }

    @Test
    void aControlOfAnUnknownCampaignIsRefused() {
        CampaignControl control = plain(Kind.PAUSE);

        assertThat(CampaignRules.onControlOfUnknown(control))
                .isEqualTo(new Refuse(control, Reason.REFUSED, "there is no campaign winter, or it is forgotten"));
    }

    @Test
    void aSecondPersonApproves() {
        RunningCampaign draft = draft();

        assertThat(draft.control(plain(Kind.APPROVE)))
                .containsExactly(new Audit("ann@desk", "APPROVE campaign winter", "because", NOW));
        assertThat(draft.state().standing())
                .isEqualTo(CampaignStanding.of(CampaignPhase.RUNNING, NOW, "ann@desk", "because"));
    }

    @Test
    void aPauseHoldsOpenChildrenAndAResumeLetsThemGo() {
        RunningCampaign winter = running();

        assertThat(winter.control(Kind.PAUSE, "k1")).first().isEqualTo(new Hold(true));
        assertThat(winter.tick(HOUR)).noneMatch(Release.class::isInstance);
        assertThat(winter.control(Kind.RESUME, "k2")).first().isEqualTo(new Hold(false));

        assertThat(winter.state().phase()).isEqualTo(CampaignPhase.RUNNING);
        assertThat(winter.tick(1)).as("no burst").noneMatch(Release.class::isInstance);
        assertThat(winter.tick(1_000)).contains(new Release(10));
    }

    @Test
    void theSameControlAgainChangesNothing() {
        RunningCampaign winter = running();
        winter.control(Kind.PAUSE, "k1");
        winter.control(Kind.RESUME, "k2");
        winter.control(Kind.PAUSE, "k3");
        CampaignState paused = winter.state();

        assertThat(winter.control(Kind.RESUME, "k2")).isEmpty();
        assertThat(winter.state()).isEqualTo(paused);
    }

    @Test
    void everyPauseMustEndBeforeItGoesOn() {
        RunningCampaign winter = atGate();
        winter.control(Kind.PAUSE, "k1");

        winter.control(goOn(1));
        assertThat(winter.state().standing().pauses()).containsExactly(CampaignPause.PERSON);
        assertThat(winter.state().standing().why()).isEqualTo("because; still paused");
        winter.control(Kind.RESUME, "k2");

        assertThat(winter.state().phase()).isEqualTo(CampaignPhase.RUNNING);
    }

    @Test
    void aCancelLetsOpenChildrenEnd() {
        RunningCampaign winter = paused();

        assertThat(winter.control(Kind.CANCEL, "k1")).contains(new Hold(false)).noneMatch(CancelOpen.class::isInstance);
        assertThat(winter.state().phase()).isEqualTo(CampaignPhase.STOPPING);
        assertThat(winter.control(cancelOpen("k2"))).containsSubsequence(new Hold(true), new CancelOpen());
        for (int device = 0; device < 10; device++) {
            winter.event(device, new ChildEvent.Ended(1, returned(0)));
        }

        assertThat(winter.state().phase()).isEqualTo(CampaignPhase.CANCELLED);
        assertThat(winter.state().standing().by()).isEqualTo("ann@desk");
    }

    @Test
    void limitsAreChangedWhileItRuns() {
        RunningCampaign winter = running();

        winter.control(setting(OptionalDouble.of(1_200), OptionalInt.of(25), OptionalInt.of(20), "ann@desk"));

        assertThat(winter.state().counts().targeted()).isEqualTo(20);
        assertThat(winter.tick(500)).contains(new Release(10));
        assertThat(winter.tick(500)).noneMatch(Release.class::isInstance);
        winter.control(Campaigns.control(Kind.PAUSE, "k9"));
        assertThat(winter.state().pace().maxOpen()).isEqualTo(25);
    }

    @Test
    void aLimitBelowWhatIsReleasedStopsThere() {
        RunningCampaign winter = running();

        winter.control(limit(1, "ann@desk"));

        assertThat(winter.state().counts().targeted()).isEqualTo(10);
        assertThat(winter.state().counts().notReleased()).isZero();
    }

    @Test
    void limitsKeepToThePolicy() {
        RunningCampaign winter = RunningCampaign.of(campaign().at(60).limitedTo(5), 100, SMALL);

        assertThat(winter.control(rate(601))).singleElement().isInstanceOf(Refuse.class);
        assertThat(winter.control(limit(11, "ann@desk"))).singleElement().isInstanceOf(Refuse.class);
        assertThat(winter.control(limit(6, "lights")))
                .as("above what needs approval, by its own requester")
                .singleElement()
                .isInstanceOf(Refuse.class);
        winter.control(limit(6, "ann@desk"));

        assertThat(winter.state().counts().targeted()).isEqualTo(6);
        winter.policy(ALLOWED);
    }

    @Test
    void onlyTheLatestControlsAreRemembered() {
        RunningCampaign winter = running();
        for (int number = 0; number < 50; number++) {
            winter.control(Campaigns.control(number % 2 == 0 ? Kind.PAUSE : Kind.RESUME, "k" + number));
        }

        assertThat(winter.state().controlIds())
                .hasSize(CampaignState.MAX_CONTROL_IDS)
                .contains("k49")
                .doesNotContain("k1");
    }
}
