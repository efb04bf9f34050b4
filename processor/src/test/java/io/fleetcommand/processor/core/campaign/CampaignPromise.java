package io.fleetcommand.processor.core.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.campaign.StopRule.StopAction;
import io.fleetcommand.processor.core.request.Guarantee;
import io.fleetcommand.processor.core.request.Status;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold of a campaign, asked after each step of a history. Each one looks at what is new since the last. */
interface CampaignPromise {
    void holdIn(CampaignWorld world, CampaignTask task);

    static List<CampaignPromise> all() {
        return List.of(
                new OneChildPerDevice(),
                new AtMostOnce(),
                new CountsAddUp(),
                new PausedMeansNoCall(),
                new NoFasterThanPlanned(),
                new OneCampaign(),
                new AStopIsFinal(),
                new RulesStopIt(),
                new NothingBeforeApproval(),
                new NoMoreOpenThanAllowed(),
                new ControlsOnce(),
                new OneRecordASecond());
    }

    final class OneChildPerDevice implements CampaignPromise {
        private final Set<String> devices = new HashSet<>();
        private int seen;

        @Override
        public void holdIn(CampaignWorld world, CampaignTask task) {
            for (; seen < world.releases.size(); seen++) {
                assertThat(devices.add(world.releases.get(seen).deviceId()))
                        .as("first child of %s", world.releases.get(seen))
                        .isTrue();
            }
        }
    }

    final class AtMostOnce implements CampaignPromise {
        @Override
        public void holdIn(CampaignWorld world, CampaignTask task) {
            if (world.campaign.guarantee() == Guarantee.AT_MOST_ONCE) {
                for (CampaignWorld.Call call : world.calls.values()) {
                    if (call.runs > 1) {
                        throw new AssertionError("an AT_MOST_ONCE child ran " + call.runs + " times");
                    }
                }
            }
        }
    }

    /** In each record, and with the children as they are stored. */
    final class CountsAddUp implements CampaignPromise {
        private int seen;

        @Override
        public void holdIn(CampaignWorld world, CampaignTask task) {
            for (; seen < world.published.size(); seen++) {
                CampaignCounts counts = world.published.get(seen).counts();
                assertThat(counts.targeted()).isEqualTo(counts.notReleased() + counts.open() + counts.allEnded());
            }
            task.state().map(CampaignState::counts).ifPresent(counts -> assertCounted(counts, task, world.campaign));
        }

        private static void assertCounted(CampaignCounts counts, CampaignTask task, Campaign campaign) {
            Map<ChildState.Phase, Long> phases = new EnumMap<>(ChildState.Phase.class);
            Map<Status, Long> ended = new EnumMap<>(Status.class);
            long negative = 0;
            for (ChildState child : task.children().values()) {
                phases.merge(child.phase(), 1L, Long::sum);
                if (child.end().isPresent()) {
                    ChildEnd end = child.end().get();
                    ended.merge(end.status(), 1L, Long::sum);
                    boolean success = campaign.expectation().isSuccess(end.value());
                    negative += end.status() == Status.SUCCEEDED && !success ? 1 : 0;
                }
            }
            boolean counted = counts.released() == task.children().size()
                    && counts.waiting() == phases.getOrDefault(ChildState.Phase.WAITING, 0L)
                    && counts.waitingForDevice() == phases.getOrDefault(ChildState.Phase.WAITING_FOR_DEVICE, 0L)
                    && counts.inFlight() == phases.getOrDefault(ChildState.Phase.IN_FLIGHT, 0L)
                    && counts.ended().equals(ended)
                    && counts.succeededNegative() == negative;
            if (!counted) {
                throw new AssertionError(counts + " of " + task.children());
            }
        }
    }

    final class PausedMeansNoCall implements CampaignPromise {
        @Override
        public void holdIn(CampaignWorld world, CampaignTask task) {
            if (!world.callsWhileHeld.isEmpty()) {
                throw new AssertionError("calls while paused: " + world.callsWhileHeld);
            }
        }
    }

    /** The greatest rate of the plan, in any minute, whatever crashes; each step of a clock may add the look-ahead. */
    final class NoFasterThanPlanned implements CampaignPromise {
        private static final long MINUTE = 60_000;
        private int seen;
        private int first;
        private int audited;
        private double peak;

        @Override
        public void holdIn(CampaignWorld world, CampaignTask task) {
            peak = Math.max(peak, world.campaign.rollout().peakPerMinute());
            for (; audited < world.committed.size(); audited++) {
                peak = Math.max(
                        peak,
                        world.committed
                                .get(audited)
                                .pace()
                                .ramp()
                                .fixedPerMinute()
                                .orElse(0));
            }
            for (; seen < world.releases.size(); seen++) {
                long toMs = world.releases.get(seen).atMs();
                while (world.releases.get(first).atMs() <= toMs - MINUTE) {
                    first++;
                }
                long steps = world.clockSteps.stream()
                        .filter(atMs -> atMs > toMs - MINUTE - Ramp.LOOK_AHEAD_MS && atMs <= toMs)
                        .count();
                double allowed = peak * (MINUTE + (1 + steps) * Ramp.LOOK_AHEAD_MS) / MINUTE + 1;
                assertThat((double) (seen + 1 - first))
                        .as("releases in the minute before %s, %s steps of the clock", toMs, steps)
                        .isLessThanOrEqualTo(allowed);
            }
        }
    }

    /** However often it is published, and whatever is published under its id: it is begun once and goes on. */
    final class OneCampaign implements CampaignPromise {
        private int seen;
        private int effects;
        private boolean released;

        @Override
        public void holdIn(CampaignWorld world, CampaignTask task) {
            for (; effects < world.effects.size(); effects++) {
                boolean begins = world.effects.get(effects) instanceof CampaignEffect.ListTarget;
                assertThat(released && begins).as("it was begun again").isFalse();
            }
            released |= !world.releases.isEmpty();
            for (; seen < world.committed.size(); seen++) {
                CampaignState next = world.committed.get(seen);
                CampaignState before = world.committed.get(Math.max(0, seen - 1));
                assertThat(next.digest()).isEqualTo(before.digest());
                assertThat(next.targeting().cursor())
                        .isGreaterThanOrEqualTo(before.targeting().cursor());
                assertThat(next.counts().released())
                        .isGreaterThanOrEqualTo(before.counts().released());
            }
        }
    }

    final class AStopIsFinal implements CampaignPromise {
        private int seen;

        @Override
        public void holdIn(CampaignWorld world, CampaignTask task) {
            for (; seen < world.committed.size(); seen++) {
                CampaignState next = world.committed.get(seen);
                CampaignState before = world.committed.get(Math.max(0, seen - 1));
                if (before.phase().neverBegan()) {
                    continue;
                }
                if (before.phase().isEnd()) {
                    assertThat(next.standing()).isEqualTo(before.standing());
                }
                if (before.phase().isEnd() || before.phase() == CampaignPhase.STOPPING) {
                    assertThat(next.phase().isEnd() || next.phase() == CampaignPhase.STOPPING)
                            .as("%s after %s", next.standing(), before.standing())
                            .isTrue();
                    assertThat(next.counts().released())
                            .isEqualTo(before.counts().released());
                }
            }
        }
    }

    /** No campaign goes on although a rule that ends it applies to its children. */
    final class RulesStopIt implements CampaignPromise {
        @Override
        public void holdIn(CampaignWorld world, CampaignTask task) {
            if (task.state().isEmpty() || !task.state().get().phase().isActive()) {
                return;
            }
            List<ChildEnd> ends = new ArrayList<>();
            task.children().values().forEach(child -> child.end().ifPresent(ends::add));
            for (StopRule rule : world.campaign.stopRules()) {
                long matched = ends.stream()
                        .filter(end -> rule.counts(end, world.campaign.expectation()))
                        .count();
                boolean unstopped = rule.action() == StopAction.ABORT && rule.applies(matched, ends.size());
                assertThat(unstopped)
                        .as("%s applies to %s of %s", rule, matched, ends.size())
                        .isFalse();
            }
        }
    }

    final class NothingBeforeApproval implements CampaignPromise {
        @Override
        public void holdIn(CampaignWorld world, CampaignTask task) {
            if (world.approvalAbove >= world.fleet.size() || world.releases.isEmpty()) {
                return;
            }
            boolean approved = world.effects.stream()
                    .anyMatch(effect -> effect instanceof CampaignEffect.Audit audit
                            && audit.what().startsWith("APPROVE")
                            && !audit.actor().equals(world.campaign.requester()));
            assertThat(approved || world.listedAtFirst <= world.approvalAbove)
                    .as("approved by a second person")
                    .isTrue();
        }
    }

    final class NoMoreOpenThanAllowed implements CampaignPromise {
        @Override
        public void holdIn(CampaignWorld world, CampaignTask task) {
            assertThat(world.tooManyOpen).isEmpty();
        }
    }

    /** A control that is published twice is carried out once; its reason names it here. */
    final class ControlsOnce implements CampaignPromise {
        private final Set<String> carriedOut = new HashSet<>();
        private int seen;

        @Override
        public void holdIn(CampaignWorld world, CampaignTask task) {
            for (; seen < world.effects.size(); seen++) {
                if (world.effects.get(seen) instanceof CampaignEffect.Audit audit
                        && !audit.what().startsWith("started")) {
                    assertThat(carriedOut.add(audit.why())).as("%s", audit).isTrue();
                }
            }
        }
    }

    /** Each with a higher sequence than the one before, and a second later, or after a clock was set back. */
    final class OneRecordASecond implements CampaignPromise {
        private int seen = 1;

        @Override
        public void holdIn(CampaignWorld world, CampaignTask task) {
            for (; seen < world.published.size(); seen++) {
                CampaignProgress next = world.published.get(seen);
                CampaignProgress before = world.published.get(seen - 1);
                long laterMs = next.atMs() - before.atMs();
                assertThat(next.sequence()).isGreaterThan(before.sequence());
                assertThat(laterMs < 0 || laterMs >= 1_000)
                        .as("%s ms later", laterMs)
                        .isTrue();
            }
        }
    }
}
