package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.CampaignPhase.ABORTED;
import static io.fleetcommand.processor.core.campaign.CampaignPhase.CANCELLED;
import static io.fleetcommand.processor.core.campaign.CampaignPhase.COMPLETED;
import static io.fleetcommand.processor.core.campaign.CampaignPhase.CONFLICT;
import static io.fleetcommand.processor.core.campaign.CampaignPhase.DRAFT;
import static io.fleetcommand.processor.core.campaign.CampaignPhase.EXPIRED;
import static io.fleetcommand.processor.core.campaign.CampaignPhase.INCOMPLETE;
import static io.fleetcommand.processor.core.campaign.CampaignPhase.INVALID;
import static io.fleetcommand.processor.core.campaign.CampaignPhase.PAUSED;
import static io.fleetcommand.processor.core.campaign.CampaignPhase.REJECTED;
import static io.fleetcommand.processor.core.campaign.CampaignPhase.RUNNING;
import static io.fleetcommand.processor.core.campaign.CampaignPhase.SCHEDULED;
import static io.fleetcommand.processor.core.campaign.CampaignPhase.STOPPING;
import static io.fleetcommand.processor.core.campaign.Campaigns.ALLOWED;
import static io.fleetcommand.processor.core.campaign.Campaigns.HOUR;
import static io.fleetcommand.processor.core.campaign.Campaigns.NOW;
import static io.fleetcommand.processor.core.campaign.Campaigns.allowing;
import static io.fleetcommand.processor.core.campaign.Campaigns.campaign;
import static io.fleetcommand.processor.core.campaign.Campaigns.count;
import static io.fleetcommand.processor.core.campaign.Campaigns.denied;
import static io.fleetcommand.processor.core.campaign.Campaigns.end;
import static io.fleetcommand.processor.core.campaign.Campaigns.returned;
import static io.fleetcommand.processor.core.campaign.Campaigns.share;
import static io.fleetcommand.processor.core.campaign.StopRule.StopAction.ABORT;
import static io.fleetcommand.processor.core.campaign.StopRule.StopAction.PAUSE;
import static java.time.DayOfWeek.FRIDAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.processor.core.campaign.CampaignControl.Kind;
import io.fleetcommand.processor.core.campaign.CampaignEffect.Answer;
import io.fleetcommand.processor.core.campaign.CampaignEffect.CancelOpen;
import io.fleetcommand.processor.core.campaign.CampaignEffect.Hold;
import io.fleetcommand.processor.core.campaign.CampaignEffect.ListTarget;
import io.fleetcommand.processor.core.campaign.CampaignEffect.Publish;
import io.fleetcommand.processor.core.campaign.CampaignEffect.Release;
import io.fleetcommand.processor.core.campaign.CampaignRollout.Gate;
import io.fleetcommand.processor.core.policy.CampaignLimits;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestValidator.Fault;
import io.fleetcommand.processor.core.request.Status;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CampaignRulesTest {
    private static CampaignStep read(Optional<CampaignState> known, Campaigns made) {
        return CampaignRules.onCampaign(known, made.made(), List.of(), ALLOWED, NOW);
    }

    private static RunningCampaign running(Campaigns made, int devices) {
        return RunningCampaign.of(made, devices);
    }

    @Test
    void aNewCampaignHasItsTargetListed() {
        CampaignStep step = read(Optional.empty(), campaign());

        assertThat(step.next().orElseThrow().phase()).isEqualTo(DRAFT);
        assertThat(step.effects())
                .containsExactly(
                        new ListTarget(),
                        new CampaignEffect.Audit("lights", "started campaign winter", "ticket 4711", NOW));
    }

    @Test
    void theSameCampaignAgainChangesNothingAndGetsItsProgress() {
        RunningCampaign winter = running(campaign().at(600), 100);
        winter.tick(1_000);

        CampaignStep again =
                read(Optional.of(winter.state()), campaign().at(600).createdAt(NOW + 7));

        assertThat(again.next()).contains(winter.state());
        assertThat(again.effects()).singleElement().isInstanceOfSatisfying(Answer.class, answer -> {
            assertThat(answer.progress().phase()).isEqualTo(RUNNING);
            assertThat(answer.progress().counts().waiting()).isEqualTo(10);
        });
    }

    @Test
    void publishedAThousandTimesItIsOneCampaign() {
        RunningCampaign winter = running(campaign().at(600), 100);
        winter.tick(1_000);
        CampaignState once = winter.state();

        for (int copy = 1; copy <= 1_000; copy++) {
            CampaignStep again = read(Optional.of(winter.state()), campaign().at(600));
            assertThat(again.next()).contains(once);
            assertThat(again.effects()).singleElement().isInstanceOf(Answer.class);
        }
    }

    @Test
    void anotherCampaignUnderTheIdIsAConflict() {
        CampaignState first = running(campaign(), 100).state();

        CampaignStep other = read(Optional.of(first), campaign().at(61));

        assertThat(other.next()).contains(first);
        assertThat(other.effects()).singleElement().isInstanceOfSatisfying(Answer.class, answer -> {
            assertThat(answer.progress().phase()).isEqualTo(CONFLICT);
            assertThat(answer.progress().reason()).isEqualTo(Reason.ID_REUSED);
        });
    }

    @Test
    void anInvalidCampaignIsNotBegunAndMayBeCorrected() {
        Fault fault = new Fault(Reason.MISSING_FIELD, "target is empty");

        CampaignStep invalid = CampaignRules.onCampaign(
                Optional.empty(), campaign().forNobody().made(), List.of(fault), ALLOWED, NOW);
        CampaignStep corrected = read(invalid.next(), campaign());

        assertThat(invalid.next().orElseThrow().standing())
                .isEqualTo(CampaignStanding.refused(INVALID, NOW, Reason.MISSING_FIELD, "target is empty"));
        assertThat(invalid.effects()).isEmpty();
        assertThat(corrected.next().orElseThrow().phase()).isEqualTo(DRAFT);
        assertThat(corrected.next().orElseThrow().publication().sequence()).isEqualTo(2);
    }

    @Test
    void whatThePolicyForbidsIsRejectedBeforeAnythingIsListed() {
        CampaignStep step =
                CampaignRules.onCampaign(Optional.empty(), campaign().made(), List.of(), denied(), NOW);

        assertThat(step.next().orElseThrow().standing())
                .isEqualTo(CampaignStanding.refused(REJECTED, NOW, Reason.POLICY, "no rule allows it"));
        assertThat(step.effects()).isEmpty();
    }

    @Test
    void anEmptyTargetIsInvalidAndDoesNotComplete() {
        assertThat(running(campaign(), 0).state().phase()).isEqualTo(INVALID);
        assertThat(running(campaign().forGroups("a").continuous(), 0).state().phase())
                .isEqualTo(RUNNING);
    }

    @Test
    void aTargetAboveThePolicysLimitIsRejected() {
        CampaignVerdict ten = allowing(new CampaignLimits(10, 60, 5));

        assertThat(RunningCampaign.of(campaign(), 11, ten).state().phase()).isEqualTo(REJECTED);
        assertThat(RunningCampaign.of(campaign().limitedTo(5), 11, ten).state().phase())
                .isEqualTo(RUNNING);
        RunningCampaign waits = RunningCampaign.of(campaign(), 6, ten);
        assertThat(waits.state().phase()).isEqualTo(DRAFT);
        assertThat(waits.tick(1_000)).noneMatch(Release.class::isInstance);
    }

    @Test
    void aCampaignWaitsForItsTime() {
        RunningCampaign later = running(campaign().notBefore(NOW + 5_000), 100);

        assertThat(later.state().phase()).isEqualTo(SCHEDULED);
        later.tick(4_999);
        assertThat(later.state().phase()).isEqualTo(SCHEDULED);
        later.tick(1);
        assertThat(later.state().phase()).isEqualTo(RUNNING);
    }

    @Test
    void childrenAreReleasedByTheRampUpToMaxOpen() {
        RunningCampaign winter = running(campaign().at(600).open(15), 100);

        assertThat(winter.tick(1_000)).contains(new Release(10));
        assertThat(winter.tick(1_000)).contains(new Release(5));
        assertThat(winter.tick(1_000)).noneMatch(Release.class::isInstance);

        winter.event(0, new ChildEvent.Waiting(0, NOW + HOUR, 1));
        winter.event(1, new ChildEvent.Ended(1, returned(0)));

        assertThat(winter.tick(1_000)).as("one waits for its device, one ended").contains(new Release(2));
    }

    @Test
    void theQuotaBoundsWhatIsReleased() {
        RunningCampaign winter = running(campaign().at(600), 100);

        winter.quota(new QuotaFacts(60, 3));

        assertThat(winter.tick(2_000)).contains(new Release(3));
    }

    @Test
    void aCampaignCompletesWhenEveryDeviceSucceeded() {
        RunningCampaign winter = running(campaign().at(600), 2);
        winter.tick(1_000);

        winter.event(0, new ChildEvent.Ended(1, returned(0)));
        assertThat(winter.state().phase()).isEqualTo(RUNNING);
        winter.event(1, new ChildEvent.Ended(1, returned(0)));

        assertThat(winter.state().phase()).isEqualTo(COMPLETED);
    }

    @Test
    void aDeviceThatReturnedAFailureMakesItIncomplete() {
        RunningCampaign winter = running(campaign().at(600), 2);
        winter.tick(1_000);

        winter.event(0, new ChildEvent.Ended(1, returned(0)));
        winter.event(1, new ChildEvent.Ended(1, returned(-1)));

        assertThat(winter.state().phase()).isEqualTo(INCOMPLETE);
        assertThat(winter.state().counts().of(Status.SUCCEEDED)).isEqualTo(2);
        assertThat(winter.state().counts().succeededNegative()).isEqualTo(1);
    }

    @Test
    void repeatedAndUnknownEventsChangeNothing() {
        RunningCampaign winter = running(campaign().at(600), 100);
        winter.tick(1_000);
        winter.event(0, new ChildEvent.Ended(1, returned(0)));
        CampaignState once = winter.state();

        winter.event(0, new ChildEvent.Ended(1, returned(0)));
        winter.event(0, new ChildEvent.Called(1));
        winter.event(50, new ChildEvent.Ended(1, end(Status.FAILED)));

        assertThat(winter.state()).isEqualTo(once);
    }

    @Test
    void aStopRuleEndsTheCampaignForGood() {
        RunningCampaign winter = running(campaign().at(600).stopping(share(40, 3, ABORT, Status.FAILED)), 100);
        winter.tick(1_000);
        winter.event(0, new ChildEvent.Ended(1, end(Status.FAILED)));
        winter.event(1, new ChildEvent.Ended(1, end(Status.FAILED)));
        assertThat(winter.state().phase()).as("two are below the minimum").isEqualTo(RUNNING);

        List<CampaignEffect> effects = winter.event(2, new ChildEvent.Ended(1, returned(0)));

        assertThat(winter.state().standing())
                .isEqualTo(CampaignStanding.stopping(
                        ABORTED,
                        true,
                        winter.now(),
                        "processor",
                        "stop rule 1 (FAILED above 40.0 % after 3) applied: 2 of 3"));
        assertThat(effects).containsExactly(new Hold(true), new CancelOpen());
        assertThat(winter.state().stops().fired())
                .contains(new FiredRule(1, "FAILED above 40.0 % after 3", 2, 3, ABORT, winter.now()));
        assertThat(winter.tick(2_000)).noneMatch(Release.class::isInstance);
        assertThat(refusals(winter.control(Kind.RESUME, "k1"))).hasSize(1);

        for (int device = 3; device < 10; device++) {
            winter.event(device, new ChildEvent.Ended(0, end(Status.CANCELLED)));
        }

        assertThat(winter.state().phase()).isEqualTo(ABORTED);
        assertThat(winter.state().counts().notReleased()).isEqualTo(90);
    }

    @Test
    void aRuleThatPausesIsResumedByAPerson() {
        RunningCampaign winter = running(campaign().at(600).stopping(count(1, PAUSE, Status.FAILED)), 100);
        winter.tick(1_000);

        assertThat(winter.event(0, new ChildEvent.Ended(1, end(Status.FAILED)))).containsExactly(new Hold(true));
        assertThat(winter.state().phase()).isEqualTo(PAUSED);
        assertThat(winter.state().standing().pauses()).containsExactly(CampaignPause.RULE);
        winter.tick(HOUR);
        assertThat(winter.state().phase())
                .as("it does not start again by itself")
                .isEqualTo(PAUSED);

        assertThat(winter.control(Kind.RESUME, "k1")).contains(new Hold(false));
        assertThat(winter.state().phase()).isEqualTo(RUNNING);
        winter.event(1, new ChildEvent.Ended(1, returned(0)));
        assertThat(winter.state().phase()).isEqualTo(RUNNING);
        winter.event(2, new ChildEvent.Ended(1, end(Status.FAILED)));
        assertThat(winter.state().phase()).isEqualTo(PAUSED);
    }

    @Test
    void aGateWaitsForAPerson() {
        RunningCampaign winter = running(campaign().at(600).stageTo(5, Gate.WAIT), 100);
        winter.tick(1_000);
        assertThat(winter.state().counts().released()).isEqualTo(5);
        winter.tick(1_000);
        assertThat(winter.state().phase()).as("its children could still run").isEqualTo(RUNNING);
        for (int device = 0; device < 4; device++) {
            winter.event(device, new ChildEvent.Ended(1, returned(0)));
        }
        winter.event(4, new ChildEvent.Waiting(1, NOW + HOUR, 1));

        winter.tick(1_000);

        assertThat(winter.state().standing().pauses()).containsExactly(CampaignPause.GATE);
        assertThat(refusals(winter.control(Kind.RESUME, "k1"))).hasSize(1);
        winter.control(Kind.GO_ON, "k2");
        assertThat(winter.state().phase()).isEqualTo(RUNNING);
        winter.tick(100);
        assertThat(winter.tick(1_000)).contains(new Release(10));
        assertThat(winter.state().pace().stage()).isEqualTo(1);
    }

    @Test
    void aStageThatGoesOnNeedsNobody() {
        RunningCampaign winter = running(campaign().at(600).stageToPercent(5, Gate.GO_ON), 100);
        winter.tick(1_000);
        for (int device = 0; device < 5; device++) {
            winter.event(device, new ChildEvent.Ended(1, returned(0)));
        }

        assertThat(winter.tick(1_000)).anyMatch(Release.class::isInstance);
        assertThat(winter.state().phase()).isEqualTo(RUNNING);
    }

    @Test
    void outsideItsWindowsItPausesAndGoesOnByItself() {
        // NOW is a Friday, 09:26:40 UTC.
        RunningCampaign winter = running(campaign().at(600).within("09:00", "09:27", "UTC", FRIDAY), 100);
        winter.tick(1_000);
        assertThat(winter.state().counts().released()).isEqualTo(10);

        assertThat(winter.tick(20_000)).contains(new Hold(true)).noneMatch(Release.class::isInstance);
        assertThat(winter.state().standing().pauses()).containsExactly(CampaignPause.WINDOW);

        assertThat(winter.tick(7 * 24 * HOUR - 21_000)).contains(new Hold(false));
        assertThat(winter.state().phase()).isEqualTo(RUNNING);
        assertThat(winter.tick(1_000)).as("no burst after the pause").contains(new Release(10));
    }

    @Test
    void aPolicyThatForbidsARunningCampaignPausesIt() {
        RunningCampaign winter = running(campaign().at(600), 100);
        winter.tick(1_000);

        winter.policy(denied());
        assertThat(winter.tick(1_000)).contains(new Hold(true)).noneMatch(Release.class::isInstance);
        assertThat(winter.state().standing().pauses()).containsExactly(CampaignPause.POLICY);
        assertThat(refusals(winter.control(Kind.RESUME, "k1"))).hasSize(1);

        winter.policy(ALLOWED);
        winter.tick(1_000);
        assertThat(winter.state().phase()).as("a person resumes it").isEqualTo(PAUSED);
        winter.control(Kind.RESUME, "k2");
        assertThat(winter.state().phase()).isEqualTo(RUNNING);
    }

    @Test
    void aPolicyWithALowerRatePausesIt() {
        RunningCampaign winter = running(campaign().at(10).growing(2, 600), 100);

        winter.policy(allowing(new CampaignLimits(1_000, 599, 1_000)));
        winter.tick(1_000);

        assertThat(winter.state().standing().pauses()).containsExactly(CampaignPause.POLICY);
    }

    @Test
    void atItsEndItStopsReleasing() {
        RunningCampaign winter = running(campaign().at(600).endingAt(NOW + 5_000), 100);
        winter.tick(1_000);

        assertThat(winter.tick(4_000)).noneMatch(Release.class::isInstance).noneMatch(CancelOpen.class::isInstance);
        assertThat(winter.state().phase()).isEqualTo(STOPPING);
        for (int device = 0; device < 10; device++) {
            winter.event(device, new ChildEvent.Ended(1, returned(0)));
        }

        assertThat(winter.state().phase()).isEqualTo(EXPIRED);
        assertThat(winter.state().counts().successes()).isEqualTo(10);
    }

    @Test
    void atItsEndItCancelsOpenChildrenIfAsked() {
        RunningCampaign winter =
                running(campaign().at(600).endingAt(NOW + 5_000).cancellingAtEnd(), 100);
        winter.tick(1_000);

        assertThat(winter.tick(4_000)).containsSubsequence(new Hold(true), new CancelOpen());
    }

    @Test
    void aDraftAndAPausedCampaignEndToo() {
        RunningCampaign draft =
                RunningCampaign.of(campaign().endingAt(NOW + 5_000), 6, allowing(new CampaignLimits(10, 60, 5)));
        RunningCampaign paused = running(campaign().endingAt(NOW + 5_000), 10);
        paused.control(Kind.PAUSE, "k1");

        draft.tick(5_000);
        paused.tick(5_000);

        assertThat(draft.state().phase()).isEqualTo(EXPIRED);
        assertThat(paused.state().phase()).isEqualTo(EXPIRED);
    }

    @Test
    void whatIsReleasedAlreadyOutlivesTheEnd() {
        RunningCampaign winter = running(campaign().at(600).endingAt(NOW + 5_000), 10);
        winter.tick(1_000);
        winter.tick(10_000);
        assertThat(winter.state().phase()).isEqualTo(RUNNING);

        for (int device = 0; device < 10; device++) {
            winter.event(device, new ChildEvent.Ended(1, returned(0)));
        }

        assertThat(winter.state().phase()).isEqualTo(COMPLETED);
    }

    @Test
    void aContinuousCampaignTakesLateJoinersByTheSameRamp() {
        RunningCampaign winter =
                running(campaign().forGroups("a").continuous().at(600).endingAt(NOW + HOUR), 2);
        winter.tick(1_000);
        winter.event(0, new ChildEvent.Ended(1, returned(0)));
        winter.event(1, new ChildEvent.Ended(1, returned(0)));
        assertThat(winter.state().phase()).isEqualTo(RUNNING);

        winter.listed(30);
        assertThat(winter.tick(1_000)).as("not all at once").contains(new Release(18));
        assertThat(winter.state().counts().targeted()).isEqualTo(32);
    }

    @Test
    void aContinuousCampaignCompletesAtItsEnd() {
        RunningCampaign winter =
                running(campaign().forGroups("a").continuous().at(600).endingAt(NOW + HOUR), 1);
        winter.tick(1_000);
        winter.event(0, new ChildEvent.Ended(1, returned(0)));

        winter.tick(HOUR);

        assertThat(winter.state().phase()).isEqualTo(COMPLETED);
    }

    @Test
    void aSnapshotIsListedOnce() {
        RunningCampaign winter = running(campaign(), 10);

        winter.listed(5);

        assertThat(winter.state().counts().targeted()).isEqualTo(10);
    }

    @Test
    void progressIsPublishedOncePerChangeAndAtMostOnceASecond() {
        RunningCampaign winter = running(campaign().at(600).open(10), 100);

        assertThat(published(winter.tick(1))).isEqualTo(1);
        assertThat(published(winter.tick(999))).as("10 were released").isZero();
        assertThat(published(winter.tick(1))).isEqualTo(1);
        assertThat(published(winter.tick(1_500))).as("nothing has changed").isZero();
        winter.event(0, new ChildEvent.Called(1));
        assertThat(published(winter.tick(1))).isEqualTo(1);
        winter.event(1, new ChildEvent.Called(1));
        assertThat(published(winter.tick(-HOUR)))
                .as("a clock that was set back does not delay it")
                .isEqualTo(1);
    }

    @Test
    void theLastRecordOfACampaignSaysHowItEnded() {
        RunningCampaign winter = running(campaign().at(600), 1);
        winter.tick(1_000);
        winter.event(0, new ChildEvent.Ended(1, returned(0)));
        assertThat(CampaignRules.isForgettable(winter.state(), NOW + 100 * HOUR, HOUR))
                .isFalse();

        List<CampaignEffect> effects = winter.tick(1_000);

        assertThat(effects).singleElement().isInstanceOfSatisfying(Publish.class, publish -> {
            assertThat(publish.progress().phase()).isEqualTo(COMPLETED);
            assertThat(publish.progress().expectedEnd()).isEqualTo(ExpectedEnd.UNKNOWN);
        });
        assertThat(winter.tick(1_000)).isEmpty();
        assertThat(CampaignRules.isForgettable(winter.state(), winter.now(), HOUR))
                .isFalse();
        assertThat(CampaignRules.isForgettable(winter.state(), winter.now() + HOUR, HOUR))
                .isTrue();
    }

    @Test
    void progressSaysHowFarAndHowFast() {
        RunningCampaign winter = running(campaign().at(60).limitedTo(60).stageTo(50, Gate.WAIT), 100);
        winter.tick(1_000);

        CampaignProgress progress = new CampaignRules(winter.campaign())
                .progress(winter.state(), new QuotaFacts(30, 5), winter.now() + 500);

        assertThat(progress)
                .isEqualTo(new CampaignProgress(
                        "winter",
                        "rockets",
                        RUNNING,
                        NOW,
                        "lights",
                        "ticket 4711",
                        Reason.NONE,
                        Set.of(),
                        CampaignCounts.NONE.targeting(60).releasing(1),
                        60,
                        100,
                        1,
                        1,
                        new ExpectedEnd(
                                OptionalLong.of(winter.now() + 500 + 118_000),
                                OptionalLong.of(winter.now() + 500 + 118_000 + HOUR)),
                        OptionalLong.of(winter.now() + 500 - NOW + HOUR),
                        Optional.empty(),
                        "lights",
                        "",
                        3,
                        winter.now() + 500));
    }

    @Test
    void aReleaseNeverGoesBack() {
        RunningCampaign winter = running(campaign().at(600), 100);
        winter.tick(1_000);
        CampaignRules rules = new CampaignRules(winter.campaign());

        assertThatThrownBy(() -> rules.onReleased(winter.state(), 1, ReleasePosition.START))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everythingButTheTimeIsItsContent() {
        List<Campaigns> others = List.of(
                campaign().named("w"),
                campaign().ofProduct("p"),
                campaign().forGroups("a"),
                campaign().forGroups("a", "b"),
                campaign().forGroups("ab"),
                campaign().atMostOnce(),
                campaign().ttl(5),
                campaign().endingAt(NOW + HOUR),
                campaign().continuous(),
                campaign().asListed(),
                campaign().from("x"),
                campaign().because("x"),
                campaign().stageTo(1, Gate.WAIT),
                campaign().stageTo(1, Gate.GO_ON),
                campaign().stopping(count(1, ABORT, Status.FAILED)),
                campaign().stopping(count(1, PAUSE, Status.FAILED)),
                campaign().within("01:00", "02:00", "UTC", FRIDAY),
                campaign().limitedTo(1),
                campaign());

        assertThat(others.stream().map(made -> CampaignDigest.of(made.made()))).doesNotHaveDuplicates();
        assertThat(CampaignDigest.of(campaign().createdAt(5).made()))
                .isEqualTo(CampaignDigest.of(campaign().made()));
    }

    @Test
    void aCancelledDraftHasNoChildren() {
        RunningCampaign draft = RunningCampaign.of(campaign(), 6, allowing(new CampaignLimits(10, 60, 5)));

        draft.control(Kind.CANCEL, "k1");

        assertThat(draft.state().phase()).isEqualTo(CANCELLED);
    }

    private static long published(List<CampaignEffect> effects) {
        return effects.stream().filter(Publish.class::isInstance).count();
    }

    private static List<CampaignEffect.Refuse> refusals(List<CampaignEffect> effects) {
        return effects.stream()
                .filter(CampaignEffect.Refuse.class::isInstance)
                .map(CampaignEffect.Refuse.class::cast)
                .toList();
    }
}
