package io.fleetcommand.processor.core.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fleetcommand.processor.core.campaign.CampaignControl.Kind;
import io.fleetcommand.processor.core.campaign.CampaignRollout.Gate;
import io.fleetcommand.processor.core.campaign.StopRule.StopAction;
import io.fleetcommand.processor.core.policy.CampaignLimits;
import io.fleetcommand.processor.core.request.Status;
import java.time.DayOfWeek;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Checks what campaigns promise under seeded chaos: crashes, hand-overs and zombies, late and repeated events, clocks
 * that step, changes of the policy, pauses longer than the dedupe time, controls in any order, and the same campaign
 * published again and again. A failure reports its seed, which reproduces the history.
 */
class CampaignSimulationTest {
    private static final int SEEDS = 10_000;
    private static final int STEPS = 300;
    private static final int MAX_ROUNDS = 4_000;

    @Test
    void keepsItsPromisesUnderChaos() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            runSeed(seed);
        }
    }

    private static void runSeed(int seed) {
        Random random = new Random(seed);
        CampaignWorld world = new CampaignWorld(random, campaign(random));
        History history = new History(world);
        try {
            for (int step = 0; step < STEPS; step++) {
                history.step();
            }
            history.settle();
        } catch (AssertionError | RuntimeException broken) {
            throw new AssertionError(
                    "seed " + seed + ", " + world.campaign + ", state " + world.stored.state(), broken);
        }
    }

    private static Campaign campaign(Random random) {
        Campaigns made = Campaigns.campaign()
                .forGroups("a")
                .at(random.nextBoolean() ? 4 + random.nextInt(20) : 60 + random.nextInt(600))
                .open(1 + random.nextInt(12));
        made.ttl(20_000 + random.nextInt(100_000));
        if (random.nextBoolean()) {
            made.atMostOnce();
        }
        if (random.nextInt(3) == 0) {
            made.growing(2, 1_200);
        }
        if (random.nextInt(4) == 0) {
            made.growing(3, 1_200).raisedAfter(1 + random.nextInt(5));
        }
        if (random.nextInt(4) == 0) {
            made.continuous();
        }
        if (random.nextInt(4) == 0) {
            made.asListed();
        }
        if (random.nextInt(4) == 0) {
            made.limitedTo(1 + random.nextInt(20));
        }
        if (random.nextInt(5) == 0) {
            made.notBefore(Campaigns.NOW + random.nextInt(60_000));
        }
        if (random.nextInt(4) == 0) {
            made.endingAt(Campaigns.NOW + 60_000 + random.nextInt(400_000));
        }
        if (random.nextBoolean()) {
            made.cancellingAtEnd();
        }
        if (random.nextInt(4) == 0) {
            made.within("09:00", "09:30", "UTC", DayOfWeek.values());
        }
        stagesAndRules(made, random);
        return made.made();
    }

    private static void stagesAndRules(Campaigns made, Random random) {
        if (random.nextInt(3) == 0) {
            made.stageTo(1 + random.nextInt(3), gate(random)).stageTo(5 + random.nextInt(5), gate(random));
        } else if (random.nextInt(3) == 0) {
            made.stageToPercent(10, gate(random)).stageToPercent(50, gate(random));
        }
        if (random.nextInt(3) == 0) {
            made.stopping(Campaigns.share(
                    10 + random.nextInt(60), 1 + random.nextInt(8), action(random), Status.REJECTED, Status.FAILED));
        }
        if (random.nextInt(4) == 0) {
            made.stopping(Campaigns.count(1 + random.nextInt(5), action(random), Status.OUTCOME_UNKNOWN));
        }
    }

    private static Gate gate(Random random) {
        return random.nextBoolean() ? Gate.WAIT : Gate.GO_ON;
    }

    private static StopAction action(Random random) {
        return random.nextBoolean() ? StopAction.ABORT : StopAction.PAUSE;
    }

    /** One campaign's life: what happens to it, and the promises that are asked after each step. */
    private static final class History {
        private final CampaignWorld world;
        private final List<CampaignPromise> promises = CampaignPromise.all();
        private CampaignTask task;
        private CampaignTask zombie;
        private int controls;

        History(CampaignWorld world) {
            this.world = world;
            int devices = 1 + world.random.nextInt(30);
            for (int device = 0; device < devices; device++) {
                join();
            }
            if (world.chance(0.2)) {
                world.approvalAbove = 5;
                world.policy = allowed();
            }
            world.log.add(world.campaign);
            task = CampaignTask.startedIn(world);
            zombie = task;
        }

        private CampaignVerdict allowed() {
            return Campaigns.allowing(new CampaignLimits(100, 10_000, world.approvalAbove));
        }

        private void join() {
            world.fleet.add("%024x".formatted(world.fleet.size()));
        }

        private void ask() {
            promises.forEach(promise -> promise.holdIn(world, task));
        }

        void step() {
            switch (world.random.nextInt(16)) {
                case 0, 1, 2 -> task.read();
                case 3, 4 -> task.tick(new QuotaFacts(600, 1 + world.random.nextInt(20)));
                case 5, 6, 7 -> world.nowMs += world.random.nextInt(1_500);
                case 8, 9 -> world.stepOf(world.fleet.get(world.random.nextInt(world.fleet.size())));
                case 10 -> world.calls.keySet().stream().sorted().toList().forEach(world::stepOf);
                case 11 -> world.deliverOne();
                case 12 -> task.commit();
                case 13 -> zombie.tick(QuotaFacts.AMPLE);
                case 14 -> control();
                default -> disturb();
            }
            ask();
        }

        private void disturb() {
            switch (world.random.nextInt(9)) {
                case 0 -> takeOver();
                case 1 -> {
                    task.commit();
                    takeOver();
                }
                case 2 -> {
                    zombie = task;
                    takeOver();
                }
                case 3 -> zombie.commit();
                case 4 -> {
                    world.clockOffMs = world.random.nextInt(240_000) - 120_000L;
                    world.clockSteps.add(world.nowMs);
                }
                case 5 -> world.policy = world.chance(0.5) ? Campaigns.denied() : allowed();
                case 6 -> world.nowMs += world.chance(0.2) ? 2 * CampaignWorld.DEDUPE_MS : 30_000;
                case 7 -> world.log.add(world.chance(0.8) ? world.campaign : other());
                default -> {
                    join();
                    task.listAgain();
                }
            }
        }

        private void takeOver() {
            task.fence();
            task = CampaignTask.startedIn(world);
        }

        private Campaign other() {
            return Campaigns.campaign().because("something else").made();
        }

        private void control() {
            Kind[] kinds = Kind.values();
            Kind kind = kinds[world.random.nextInt(kinds.length)];
            if (kind == Kind.CANCEL && world.chance(0.8)) {
                return;
            }
            CampaignControl control = control(kind);
            world.log.add(control);
            if (world.chance(0.3)) {
                world.log.add(control);
            }
        }

        private CampaignControl control(Kind kind) {
            String id = "k" + controls++;
            return new CampaignControl(
                    world.campaign.id(),
                    id,
                    kind,
                    OptionalInt.empty(),
                    world.chance(0.5),
                    world.chance(0.5) ? OptionalDouble.of(60 + world.random.nextInt(1_000)) : OptionalDouble.empty(),
                    world.chance(0.5) ? OptionalInt.of(1 + world.random.nextInt(12)) : OptionalInt.empty(),
                    world.chance(0.5) ? OptionalInt.of(1 + world.random.nextInt(30)) : OptionalInt.empty(),
                    world.chance(0.2) ? world.campaign.requester() : "ann@desk",
                    id);
        }

        /** Nothing disturbs it any more: it must come to its end, and know of each child what is true. */
        void settle() {
            world.policy = allowed();
            for (int round = 0; round < MAX_ROUNDS; round++) {
                round();
                ask();
                boolean quiet =
                        world.onTheWay.isEmpty() && !task.state().orElseThrow().isPublicationPending();
                if (task.state().orElseThrow().phase().isEnd() && quiet) {
                    assertTrueEnds();
                    return;
                }
                if (round % 20 == 19) {
                    help(task.state().orElseThrow(), round);
                }
            }
            throw new AssertionError("it does not end");
        }

        private void round() {
            world.nowMs += 1_000;
            while (!world.onTheWay.isEmpty()) {
                world.deliverOne();
            }
            for (int input = 0; input < 200; input++) {
                task.read();
            }
            task.tick(QuotaFacts.AMPLE);
            task.commit();
            world.calls.keySet().stream().sorted().toList().forEach(world::stepOf);
        }

        private void help(CampaignState state, int round) {
            if (state.phase() == CampaignPhase.DRAFT) {
                person(Kind.APPROVE);
            }
            for (CampaignPause cause : state.standing().pauses()) {
                switch (cause) {
                    case GATE -> person(Kind.GO_ON);
                    case WINDOW ->
                        world.nowMs += MaintenanceWindows.of(world.campaign.windows())
                                        .nextOpening(world.taskNowMs())
                                        .orElseThrow()
                                - world.taskNowMs();
                    default -> person(Kind.RESUME);
                }
            }
            if (world.campaign.isContinuous() && round > 200) {
                person(Kind.CANCEL);
            }
        }

        private void person(Kind kind) {
            String id = "help" + controls++;
            world.log.add(new CampaignControl(
                    world.campaign.id(),
                    id,
                    kind,
                    OptionalInt.empty(),
                    false,
                    OptionalDouble.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    "bob@desk",
                    id));
        }

        private void assertTrueEnds() {
            Map<String, ChildEnd> known = task.children().entrySet().stream()
                    .filter(child -> child.getValue().end().isPresent())
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, child -> child.getValue().end().orElseThrow()));
            Map<String, ChildEnd> truth = world.calls.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, call -> call.getValue().end));
            assertThat(known).isEqualTo(truth);
            assertThat(world.published.get(world.published.size() - 1).phase())
                    .isEqualTo(task.state().orElseThrow().phase());
        }
    }

    /** Crashes and hand-overs that are shorter than the look-ahead cost no release, and double none. */
    @Test
    void eachMinuteKeepsToThePlanAcrossCrashes() {
        for (int seed = 1; seed <= 5; seed++) {
            Random random = new Random(seed);
            double perMinute = 60 + random.nextInt(600);
            CampaignWorld world = new CampaignWorld(
                    random, Campaigns.campaign().at(perMinute).open(1_000_000).made());
            for (int device = 0; device < 10 * perMinute; device++) {
                world.fleet.add("%024x".formatted(device));
            }
            world.log.add(world.campaign);
            CampaignTask task = CampaignTask.startedIn(world);
            task.read();
            task.tick(QuotaFacts.AMPLE);
            task.commit();
            long startMs = world.nowMs;
            while (world.nowMs < startMs + 5 * 60_000) {
                for (int tick = random.nextInt(3); tick >= 0; tick--) {
                    world.nowMs += 1 + random.nextInt(400);
                    task.tick(QuotaFacts.AMPLE);
                }
                if (world.chance(0.1)) {
                    task = CampaignTask.startedIn(world);
                } else {
                    task.commit();
                }
            }
            for (int minute = 0; minute < 5; minute++) {
                long fromMs = startMs + minute * 60_000L;
                long released = world.releases.stream()
                        .filter(release -> release.atMs() > fromMs && release.atMs() <= fromMs + 60_000)
                        .count();
                assertThat((double) released)
                        .as("seed %s, minute %s", seed, minute)
                        .isCloseTo(perMinute, within(Math.max(2, 0.05 * perMinute)));
            }
        }
    }
}
