package io.fleetcommand.processor.scheduling;

import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Ledger;
import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.LedgerTimeouts;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.ledger.RetryDelay;
import io.fleetcommand.processor.core.ledger.Step;
import io.fleetcommand.processor.core.policy.Access;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.policy.RateCap;
import io.fleetcommand.processor.core.ports.Backlog;
import io.fleetcommand.processor.core.ports.CallScheduler.Turn;
import io.fleetcommand.processor.core.ports.InMemoryParkedDevices;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Requests;
import io.fleetcommand.service.Backoff;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FairSchedulerTest {
    private static final String A = "aaaaaaaaaaaaaaaaaaaaaaaa";
    private static final String B = "bbbbbbbbbbbbbbbbbbbbbbbb";

    private static final AccessPolicy EVERYTHING = Access.everything();
    private static final AccessPolicy LAMPS = Access.everything("lamp", 20);
    private static final Permit TO_A_LAMP = new Permit(Priority.NORMAL, Optional.of(new RateCap("lamp", 20)));

    private static final int MAX_HELD = 1_000;

    private static final RetryDelay BACKOFF = new Backoff(100, 2, 1_000, 0)::delayMs;

    private final Ledger ledger =
            new Ledger(new LedgerTimeouts(40, 20, 30, 1_000, 1_000, BACKOFF, BACKOFF), "mine", () -> 0);
    private final Map<String, LedgerEntry> entries = new HashMap<>();
    private final TreeMap<QueuePosition, LedgerEntry> waiting = new TreeMap<>();
    private AccessPolicy policy = EVERYTHING;
    private final InMemoryParkedDevices parkedDevices = new InMemoryParkedDevices();
    private final Map<String, Long> backoffs = new HashMap<>();
    private FairScheduler scheduler = scheduler(MAX_HELD);
    private long sequence;
    private int backlogReads;

    private static FairSchedulerTest withCapacity(int maxHeld) {
        FairSchedulerTest world = new FairSchedulerTest();
        world.scheduler = world.scheduler(maxHeld);
        return world;
    }

    private FairScheduler scheduler(int maxHeld) {
        return new FairScheduler(new InMemory(), parkedDevices, this::backoffUntilMs, () -> policy, maxHeld);
    }

    @Test
    void devicesAreServedInTheOrderInWhichTheyGotWork() {
        read(command("b1").of(B), 0);
        read(command("a1").of(A), 1);

        assertThat(grantAll(2)).containsExactly("b1", "a1");
    }

    @Test
    void aDeviceHasOneCallAtATime() {
        read(command("a1").of(A), 0);
        read(command("a2").of(A), 0);
        read(poll("a3").of(A), 0);

        assertThat(grantAll(1)).containsExactly("a1");
        finish("a1", Outcome.Kind.DONE, 2);
        assertThat(grantAll(3)).containsExactly("a2");
        finish("a2", Outcome.Kind.DONE, 4);
        assertThat(grantAll(5)).containsExactly("a3");
    }

    @Test
    void aCommandInBackOffBlocksLaterCommandsOfItsDeviceOnly() {
        read(command("a1").of(A), 0);
        read(command("a2").of(A), 0);
        read(command("b1").of(B), 0);
        assertThat(grantAll(1)).containsExactly("a1", "b1");

        finish("a1", Outcome.Kind.UNREACHABLE, 2);
        assertThat(grantAll(3)).isEmpty();
        assertThat(grantAll(101)).isEmpty();
        assertThat(grantAll(102)).containsExactly("a1");
    }

    @Test
    void aPollMayOvertakeACommandInBackOff() {
        read(command("a1").of(A), 0);
        read(poll("a2").of(A), 0);
        assertThat(grantAll(1)).containsExactly("a1");
        finish("a1", Outcome.Kind.UNREACHABLE, 2);

        assertThat(grantAll(3)).containsExactly("a2");
    }

    @Test
    void aPollInBackOffBlocksNoOther() {
        read(poll("a1").of(A), 0);
        read(command("a2").of(A).in(Priority.BULK), 0);
        assertThat(grantAll(1)).containsExactly("a1");
        finish("a1", Outcome.Kind.UNREACHABLE, 2);

        assertThat(grantAll(3)).containsExactly("a2");
    }

    @Test
    void aRequestWithNotBeforeLetsOthersGoFirst() {
        read(command("later").of(A).notBefore(50), 0);
        read(command("now").of(A), 0);
        assertThat(grantAll(1)).containsExactly("now");
        finish("now", Outcome.Kind.DONE, 2);

        assertThat(grantAll(49)).isEmpty();
        assertThat(grantAll(50)).containsExactly("later");
    }

    @Test
    void prioritiesGoInTheirOrder() {
        read(poll("bulk").of(A), 0);
        read(command("normal").of(B), 1);
        read(command("urgent").of("c".repeat(24)).in(Priority.URGENT), 2);

        assertThat(grantAll(3)).containsExactly("urgent", "normal", "bulk");
    }

    @Test
    void anUrgentCommandOvertakesItsDevicesOwnBulkWork() {
        read(poll("bulk").of(A), 0);
        read(command("urgent").of(A).in(Priority.URGENT), 1);

        assertThat(grantAll(2)).containsExactly("urgent");
    }

    @Test
    void aTurnTellsSinceWhenItWaitsForQuotaOnly() {
        read(command("a1").of(A).notBefore(20), 0);
        assertThat(next(10)).isEmpty();
        assertThat(next(25)).contains(turn("a1", Permit.of(Priority.NORMAL), 25));
        assertThat(next(40)).contains(turn("a1", Permit.of(Priority.NORMAL), 25));
    }

    @Test
    void aTimerFiresWhenAClaimIsLostAndWhenItsLeaseEnds() {
        read(command("b1").of(B), 0);
        take("b1", ledger.onPermit(entries.get("b1"), 0, 0), 0);
        assertThat(scheduler.nextTimer(29)).isEmpty();
        assertThat(scheduler.nextTimer(30)).contains(new RequestKey(B, "b1"));
        assertThat(scheduler.nextTimer(30)).isEmpty();

        take(
                "b1",
                ledger.onJournalEvent(
                        Optional.of(entries.get("b1")),
                        new JournalEvent.Claimed(new RequestKey(B, "b1"), 1, "mine", 0),
                        30),
                30);
        assertThat(scheduler.nextTimer(59)).isEmpty();
        assertThat(scheduler.nextTimer(60)).contains(new RequestKey(B, "b1"));
    }

    @Test
    void onceDueACommandForLaterGoesBeforeWhatWasReadAfterIt() {
        read(command("first").of(A), 0);
        read(command("later").of(A).notBefore(50), 0);
        read(command("last").of(A), 0);
        assertThat(grantAll(1)).containsExactly("first");
        finish("first", Outcome.Kind.DONE, 60);

        assertThat(grantAll(61)).containsExactly("later");
        finish("later", Outcome.Kind.UNREACHABLE, 62);
        assertThat(grantAll(63)).isEmpty();
    }

    @Test
    void memoryGrowsWithBusyDevicesAndNotWithTheirRequests() {
        for (int number = 0; number < 500; number++) {
            read(poll("poll-" + number).of(A), 0);
        }

        assertThat(scheduler.held()).isEqualTo(1);
        for (int number = 0; number < 500; number++) {
            assertThat(grantAll(1)).containsExactly("poll-" + number);
            assertThat(scheduler.held()).isLessThanOrEqualTo(2);
            finish("poll-" + number, Outcome.Kind.DONE, 1);
        }
        assertThat(scheduler.held()).isZero();
    }

    @Test
    void tenPollsGetEverySecondTurnBesideAnothersFiftyThousand() {
        for (int number = 0; number < 50_000; number++) {
            read(poll("a-" + number).from("a").of(device(number % 500)), 0);
        }
        for (int number = 0; number < 10; number++) {
            read(poll("b-" + number).from("b").of(device(number)), 1);
        }

        assertThat(scheduler.held()).isEqualTo(510);
        for (int turn = 0; turn < 20; turn++) {
            Turn next = next(2).orElseThrow();
            assertThat(next.key().requestId()).as("turn %s", turn).startsWith(turn % 2 == 0 ? "a-" : "b-");
            grant(next, 2);
            finish(next.key().requestId(), Outcome.Kind.DONE, 2);
        }
        assertThat(next(2).orElseThrow().key().requestId()).startsWith("a-");
    }

    @Test
    void servicesTakeTurnsAtOneDeviceToo() {
        for (int number = 0; number < 4; number++) {
            read(poll("a-" + number).from("a").of(A), 0);
        }
        read(poll("b-0").from("b").of(A), 0);
        read(poll("b-1").from("b").of(A), 0);

        assertThat(serveAll()).containsExactly("a-0", "b-0", "a-1", "b-1", "a-2", "a-3");
    }

    @Test
    void aServiceThatReturnsAfterEveryResultDoesNotJumpTheQueue() {
        read(poll("a-0").from("a").of(A), 0);
        read(poll("a-1").from("a").of(A), 0);
        read(poll("b-0").from("b").of(A), 0);
        List<String> served = new ArrayList<>();
        for (int turn = 1; turn <= 4; turn++) {
            String id = next(1).orElseThrow().key().requestId();
            served.add(id);
            grant(next(1).orElseThrow(), 1);
            finish(id, Outcome.Kind.DONE, 1);
            if (id.startsWith("b")) {
                read(poll("b-" + turn).from("b").of(A), 1);
            }
        }

        assertThat(served).containsExactly("a-0", "b-0", "a-1", "b-2");
    }

    @Test
    void variablesOfADeviceTakeTurns() {
        for (int number = 0; number < 2; number++) {
            for (String variable : List.of("t", "v", "w")) {
                read(poll(variable + number).of(A).asking(new Action.Read(variable, 0)), 0);
            }
        }

        assertThat(serveAll()).containsExactly("t0", "v0", "w0", "t1", "v1", "w1");
    }

    @Test
    void commandsOfADeviceStayInReadingOrderAcrossRequesters() {
        read(command("a1").from("a").of(A), 0);
        read(command("a2").from("a").of(A), 0);
        read(command("b3").from("b").of(A), 0);
        read(command("a4").from("a").of(A), 0);

        assertThat(serveAll()).containsExactly("a1", "a2", "b3", "a4");
    }

    @Test
    void aDeviceBacksOffAndThenIsProbedInItsHighestPriority() {
        read(poll("bulk").of(A), 0);
        read(command("normal").of(A), 0);
        read(command("urgent").of(A).in(Priority.URGENT), 0);
        read(poll("other").of(B), 0);
        backOff(A, 50, 1);
        assertThat(grantAll(49)).containsExactly("other");

        assertThat(scheduler.wanted(50)).containsExactly(Permit.of(Priority.URGENT));
        assertThat(grantAll(50)).containsExactly("urgent");
    }

    @Test
    void aDeviceThatAnswersEndsItsBackOff() {
        read(command("a1").of(A), 0);
        read(poll("a2").of(A), 0);
        backOff(A, 50, 1);
        backoffs.remove(A);
        scheduler.backoffChanged(A, 10);

        assertThat(scheduler.wanted(10)).containsExactly(Permit.of(Priority.NORMAL), Permit.of(Priority.BULK));
    }

    @Test
    void anExtendedBackOffHoldsUntilItsNewEnd() {
        backOff(A, 50, 1);
        read(command("a1").of(A), 2);
        backOff(A, 90, 3);

        assertThat(grantAll(89)).isEmpty();
        assertThat(grantAll(90)).containsExactly("a1");
    }

    @Test
    void aDeviceInBackOffStillTakesNewRequests() {
        backOff(A, 50, 1);
        for (int number = 0; number < 100; number++) {
            read(poll("a" + number).of(A), 2);
        }
        assertThat(scheduler.held()).isEqualTo(1);
        assertThat(next(50).orElseThrow().eligibleSinceMs()).isEqualTo(50);
    }

    @Test
    void callsUnderARateCapNeedAPermitOfTheirOwn() {
        replacePolicy(LAMPS);
        read(lamp("a1").of(A).from("a"), 0);
        read(command("b1").of(B).from("b"), 0);

        assertThat(scheduler.wanted(1)).containsExactly(TO_A_LAMP, Permit.of(Priority.NORMAL));
        assertThat(scheduler.next(TO_A_LAMP, 1)).contains(turn("a1", TO_A_LAMP, 0));
        assertThat(scheduler.next(Permit.of(Priority.NORMAL), 1)).contains(turn("b1", Permit.of(Priority.NORMAL), 0));
        assertThat(scheduler.next(Permit.of(Priority.URGENT), 1)).isEmpty();
    }

    @Test
    void higherPrioritiesGoFirstWhateverTheirRateCaps() {
        replacePolicy(LAMPS);
        read(lamp("a1").of(A), 0);
        read(command("b1").of(B).in(Priority.URGENT), 1);

        assertThat(scheduler.wanted(1)).containsExactly(Permit.of(Priority.URGENT), TO_A_LAMP);
    }

    @Test
    void aServiceServedUnderARateCapGoesBehindWithAllItsRequests() {
        replacePolicy(LAMPS);
        read(lamp("a1").of(A).from("a"), 0);
        read(command("a2").of("d".repeat(24)).from("a"), 0);
        read(command("b1").of(B).from("b"), 0);
        grant(scheduler.next(TO_A_LAMP, 1).orElseThrow(), 1);

        assertThat(scheduler
                        .next(Permit.of(Priority.NORMAL), 1)
                        .orElseThrow()
                        .key()
                        .requestId())
                .isEqualTo("b1");
    }

    @Test
    void devicesOfAServiceGoInTheirOrderWhateverTheirRateCaps() {
        replacePolicy(LAMPS);
        read(command("a1").of(A), 0);
        read(lamp("b1").of(B), 1);
        read(command("c1").of("c".repeat(24)), 2);
        read(lamp("d1").of("d".repeat(24)), 3);

        assertThat(grantAll(4)).containsExactly("a1", "b1", "c1", "d1");
    }

    @Test
    void aRateCappedCommandDoesNotBlockItsServicesPolls() {
        replacePolicy(LAMPS);
        read(lamp("a1").of(A), 0);
        read(poll("a2").of(A).in(Priority.NORMAL), 0);

        assertThat(scheduler
                        .next(Permit.of(Priority.NORMAL), 1)
                        .orElseThrow()
                        .key()
                        .requestId())
                .isEqualTo("a2");
    }

    @Test
    void aRateCapOnTheFirstCommandKeepsADevicesOrder() {
        replacePolicy(LAMPS);
        read(lamp("a1").of(A), 0);
        read(command("a2").of(A), 0);

        assertThat(scheduler.wanted(1)).containsExactly(TO_A_LAMP);
        assertThat(serveAll()).containsExactly("a1", "a2");
    }

    @Test
    void aNewPolicyAppliesToWaitingRequests() {
        read(lamp("a1").of(A), 0);
        read(lamp("a2").of(A), 0);
        read(lamp("b1").of(B), 0);
        grant(scheduler.next(Permit.of(Priority.NORMAL), 0).orElseThrow(), 0);
        assertThat(scheduler.wanted(1)).containsExactly(Permit.of(Priority.NORMAL));

        policy = LAMPS;
        assertThat(scheduler.wanted(2)).containsExactly(TO_A_LAMP);
        finish("a1", Outcome.Kind.DONE, 3);
        assertThat(scheduler.next(TO_A_LAMP, 3).orElseThrow().key().requestId()).isEqualTo("b1");
        assertThat(scheduler.wanted(3)).containsExactly(TO_A_LAMP);

        policy = EVERYTHING;
        assertThat(scheduler.wanted(4)).containsExactly(Permit.of(Priority.NORMAL));
        assertThat(serveAll()).as("in reading order").containsExactly("a2", "b1");
        assertThat(scheduler.held()).isZero();
    }

    @Test
    void aTaskThatStartsRecomputesTheRateCaps() {
        read(lamp("a1").of(A), 0);
        read(command("b1").of(B), 1);
        policy = LAMPS;
        FairScheduler next = new FairScheduler(
                new InMemory(), new InMemoryParkedDevices(), this::backoffUntilMs, () -> policy, MAX_HELD);
        entries.values().forEach(entry -> next.put(entry, 2));

        assertThat(next.wanted(2)).containsExactlyInAnyOrder(TO_A_LAMP, Permit.of(Priority.NORMAL));
    }

    @Test
    void aRequestTerminatedInMidQueueIsSkipped() {
        read(command("a1").of(A), 0);
        read(command("a2").of(A).until(5), 0);
        read(command("a3").of(A), 0);
        take("a2", ledger.onTimer(entries.get("a2"), 6), 6);
        assertThat(scheduler.inProgress()).isEqualTo(1);

        assertThat(grantAll(6)).containsExactly("a1");
        finish("a1", Outcome.Kind.DONE, 7);
        assertThat(grantAll(8)).containsExactly("a3");
    }

    /** Compares with a search through all requests, over random fleets and histories. */
    @Test
    void grantsWhatAFullSearchWouldFind() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            // With little memory, devices are parked and come back all the time.
            FairSchedulerTest world = withCapacity(seed % 3 == 0 ? 1 : MAX_HELD);
            // With one device and priority, a queue holds more requests than the lookahead.
            int many = seed % 2 == 0 ? 3 : 1;
            List<String> devices = List.of(A, B, "c".repeat(24));
            for (long now = 0; now < 200; now++) {
                if (random.nextInt(many) == 0) {
                    String id = "r" + now;
                    Requests request =
                            random.nextInt(3) == 0 ? poll(id) : random.nextBoolean() ? lamp(id) : command(id);
                    request.of(devices.get(random.nextInt(many))).in(Priority.values()[random.nextInt(many)]);
                    request.from("service-" + random.nextInt(3));
                    world.policy = random.nextInt(9) > 0 ? world.policy : random.nextBoolean() ? LAMPS : EVERYTHING;
                    world.read(random.nextInt(4) == 0 ? request.notBefore(now + random.nextInt(90)) : request, now);
                }
                // As when a caller sends a request again: only its askers change.
                List<LedgerEntry> known = world.entries.values().stream()
                        .filter(LedgerEntry::isOpen)
                        .toList();
                if (!known.isEmpty() && random.nextBoolean()) {
                    world.scheduler.put(known.get(random.nextInt(known.size())), now);
                }
                Set<String> possible = world.callableBySearch(now);
                Optional<Turn> turn = world.next(now);
                String what = "seed " + seed + " at " + now + ": " + turn + " of " + possible;
                Optional<Priority> best = world.bestPriority(possible, now);
                turn.ifPresentOrElse(
                        granted -> {
                            assertThat(possible).as(what).contains(granted.key().requestId());
                            assertThat(best.filter(priority ->
                                            priority.compareTo(granted.permit().priority()) < 0))
                                    .as(what)
                                    .isEmpty();
                        },
                        () -> assertThat(best).as(what).isEmpty());
                if (turn.isPresent() && random.nextBoolean()) {
                    world.grant(turn.get(), now);
                }
                List<LedgerEntry> called = world.entries.values().stream()
                        .filter(entry -> entry.phase() == RequestPhase.CALLED)
                        .toList();
                if (!called.isEmpty() && random.nextBoolean()) {
                    Outcome.Kind[] kinds = {Outcome.Kind.DONE, Outcome.Kind.UNREACHABLE, Outcome.Kind.THROTTLED};
                    world.finish(
                            called.get(random.nextInt(called.size())).key().requestId(), kinds[random.nextInt(3)], now);
                }
            }
        }
    }

    @Test
    void memoryIsBoundedAndEveryDeviceIsServed() {
        FairSchedulerTest world = withCapacity(100);
        for (int number = 0; number < 5_000; number++) {
            world.read(poll("p" + number).of(device(number)), 0);
            assertThat(world.scheduler.held()).isLessThanOrEqualTo(100);
        }

        assertThat(world.serveAll())
                .isEqualTo(IntStream.range(0, 5_000)
                        .mapToObj(number -> "p" + number)
                        .toList());
        assertThat(world.scheduler.held()).isZero();
        assertThat(world.parkedDevices.parked()).isZero();
    }

    @Test
    void aNewServiceGetsEverySecondTurnThoughMemoryIsFull() {
        FairSchedulerTest world = withCapacity(100);
        for (int number = 0; number < 5_000; number++) {
            world.read(poll("a-" + number).from("a").of(device(number)), 0);
        }
        for (int number = 0; number < 100; number++) {
            world.read(poll("b-" + number).from("b").of(device(10_000 + number)), 1);
        }

        assertThat(world.serveAll().subList(0, 200).stream()
                        .filter(id -> id.startsWith("b-"))
                        .toList())
                .hasSize(100);
    }

    @Test
    void aThousandDevicesInBackOffYieldTheirMemory() {
        FairSchedulerTest world = withCapacity(10);
        for (int number = 0; number < 1_000; number++) {
            world.backoffs.put(device(number), 50L);
            world.read(poll("backing-off-" + number).of(device(number)), 0);
        }
        world.read(poll("ready").of(A), 1);
        assertThat(world.grantAll(2)).containsExactly("ready");
        world.finish("ready", Outcome.Kind.DONE, 3);

        assertThat(world.grantAll(49)).isEmpty();
        List<String> served = new ArrayList<>();
        for (int round = 0; round < 1_000; round++) {
            world.grantAll(50).forEach(id -> {
                served.add(id);
                world.finish(id, Outcome.Kind.DONE, 50);
            });
        }
        assertThat(served).hasSize(1_000).doesNotHaveDuplicates();
    }

    @Test
    void devicesOfALongBacklogTakeTurnsInLittleMemory() {
        FairSchedulerTest world = withCapacity(2);
        for (int number = 0; number < 30; number++) {
            world.read(command("c" + number).of(device(number % 10)), 0);
        }

        List<String> served = world.serveAll();
        assertThat(served).hasSize(30);
        assertThat(served.subList(0, 10).stream()
                        .map(id -> Integer.parseInt(id.substring(1)) % 10)
                        .distinct())
                .hasSize(10);
    }

    @Test
    void aDeviceParkedDuringItsCallComesBackWhenTheCallEnds() {
        FairSchedulerTest world = withCapacity(1);
        world.read(command("a1").of(A), 0);
        assertThat(world.grantAll(0)).containsExactly("a1");
        world.read(command("a2").of(A), 0);
        world.read(command("b1").of(B), 0);
        assertThat(world.grantAll(1)).containsExactly("b1");
        world.finish("b1", Outcome.Kind.DONE, 2);
        assertThat(world.grantAll(2)).isEmpty();

        world.finish("a1", Outcome.Kind.DONE, 3);
        assertThat(world.grantAll(3)).containsExactly("a2");
    }

    @Test
    void aPollToBeRetriedIsDeferredForThePollsBehindIt() {
        read(poll("p1").of(A), 0);
        read(poll("p2").of(A), 0);
        assertThat(grantAll(1)).containsExactly("p1");
        finish("p1", Outcome.Kind.UNREACHABLE, 2);

        assertThat(grantAll(3)).containsExactly("p2");
        finish("p2", Outcome.Kind.DONE, 4);
        assertThat(grantAll(101)).isEmpty();
        assertThat(grantAll(102)).containsExactly("p1");
    }

    @Test
    void aTopicGetsNoMoreTurnsByNamingMoreRequesters() {
        for (int number = 0; number < 50; number++) {
            read(poll("a-" + number).from("requester-" + number).of(device(number)), 0);
            read(poll("b-" + number).through("other.polls").of(device(100 + number)), 0);
        }

        assertThat(serveAll().subList(0, 40).stream()
                        .filter(id -> id.startsWith("b-"))
                        .toList())
                .hasSize(20);
    }

    /**
     * The requests that may be called: of each idle device and priority the first command that is due, and every poll
     * that is due.
     */
    private Set<String> callableBySearch(long nowMs) {
        Set<String> found = new HashSet<>();
        Map<String, List<LedgerEntry>> open = entries.values().stream()
                .filter(LedgerEntry::isOpen)
                .collect(Collectors.groupingBy(entry -> QueuePosition.of(entry).deviceId()));
        open.values().stream()
                .filter(entries -> entries.stream()
                        .noneMatch(entry ->
                                entry.phase() == RequestPhase.CLAIMING || entry.phase() == RequestPhase.CALLED))
                .forEach(entries -> {
                    List<LedgerEntry> ready = entries.stream()
                            .filter(entry -> entry.phase() == RequestPhase.READY)
                            .toList();
                    ready.stream()
                            .filter(entry -> QueuePosition.of(entry).isPoll() && entry.isDueAt(nowMs))
                            .forEach(entry -> found.add(entry.key().requestId()));
                    ready.stream()
                            .filter(entry -> !QueuePosition.of(entry).isPoll()
                                    && QueuePosition.of(entry).rank() <= nowMs)
                            .collect(Collectors.groupingBy(
                                    entry -> QueuePosition.of(entry).line().priority(),
                                    Collectors.collectingAndThen(Collectors.toList(), FairSchedulerTest::firstCommand)))
                            .values()
                            .stream()
                            .filter(entry -> entry.isDueAt(nowMs))
                            .forEach(entry -> found.add(entry.key().requestId()));
                });
        return found;
    }

    /** Of the heads of the queues, by rank, the one that was read first. */
    private static LedgerEntry firstCommand(List<LedgerEntry> commands) {
        return commands.stream()
                .collect(Collectors.groupingBy(
                        entry -> QueuePosition.of(entry).line(),
                        Collectors.minBy(Comparator.comparing(QueuePosition::of))))
                .values()
                .stream()
                .flatMap(Optional::stream)
                .min(Comparator.comparingLong(LedgerEntry::sequence))
                .orElseThrow();
    }

    /** The highest priority that must get a turn: a poll may have to wait while another of its queue backs off. */
    private Optional<Priority> bestPriority(Set<String> ids, long nowMs) {
        return ids.stream()
                .map(id -> QueuePosition.of(entries.get(id)))
                .filter(position -> !position.isPoll()
                        || waiting.entrySet().stream()
                                .noneMatch(other -> sameQueue(other.getKey(), position)
                                        && other.getValue().dueAtMs() > nowMs))
                .map(position -> position.line().priority())
                .min(Comparator.naturalOrder());
    }

    private final class InMemory implements Backlog {
        @Override
        public Optional<LedgerEntry> find(RequestKey key) {
            return Optional.ofNullable(entries.get(key.requestId()));
        }

        @Override
        public Optional<LedgerEntry> at(QueuePosition position) {
            return entries.values().stream()
                    .filter(entry -> entry.isOpen() && QueuePosition.of(entry).equals(position))
                    .findFirst();
        }

        @Override
        public List<LedgerEntry> waiting(QueuePosition from, int most) {
            backlogReads++;
            return FairSchedulerTest.this.waiting.tailMap(from, true).entrySet().stream()
                    .takeWhile(next -> sameQueue(next.getKey(), from))
                    .map(Map.Entry::getValue)
                    .limit(most)
                    .toList();
        }
    }

    private static boolean sameQueue(QueuePosition one, QueuePosition other) {
        return one.deviceId().equals(other.deviceId()) && one.line().equals(other.line());
    }

    private Turn turn(String id, Permit permit, long eligibleSinceMs) {
        return new Turn(entries.get(id).key(), QueuePosition.of(entries.get(id)), permit, eligibleSinceMs);
    }

    /** The next turn of the highest priority that has one. */
    private Optional<Turn> next(long nowMs) {
        return scheduler.wanted(nowMs).stream()
                .findFirst()
                .map(permit -> scheduler.next(permit, nowMs).orElseThrow());
    }

    @Test
    void theBacklogIsReadOnlyBeyondTheLookahead() {
        read(command("a1").of(A), 0);
        read(command("a2").of(A), 0);
        read(poll("a3").of(A), 0);
        read(poll("a4").of(A), 0);

        assertThat(serveAll()).containsExactly("a1", "a2", "a3", "a4");
        assertThat(backlogReads).isZero();
    }

    @Test
    void theBacklogIsReadAFewRequestsAtATime() {
        List<String> ids = IntStream.range(0, 3 * (1 + Lookahead.MAX_POSITIONS) + 2)
                .mapToObj(number -> "c" + number)
                .toList();
        ids.forEach(id -> read(command(id).of(A), 0));

        assertThat(serveAll()).isEqualTo(ids);
        assertThat(backlogReads).isEqualTo(3);
    }

    @Test
    void aFinalRequestLeavesTheScheduler() {
        read(command("a1").of(A).until(30), 0);
        assertThat(grantAll(1)).containsExactly("a1");
        finish("a1", Outcome.Kind.DONE, 2);

        assertThat(next(1_000)).isEmpty();
        assertThat(scheduler.nextTimer(1_000_000)).isEmpty();
    }

    private void read(Requests request, long nowMs) {
        String id = request.made().id();
        take(id, ledger.onRequest(Optional.empty(), request.made(), ++sequence, nowMs), nowMs);
    }

    /** Grants every turn there is, and reads the claims back. */
    private List<String> grantAll(long nowMs) {
        List<String> granted = new ArrayList<>();
        for (Optional<Turn> turn = next(nowMs); turn.isPresent(); turn = next(nowMs)) {
            granted.add(turn.get().key().requestId());
            grant(turn.get(), nowMs);
        }
        return granted;
    }

    /** Grants and finishes one turn after the other. */
    private List<String> serveAll() {
        List<String> served = new ArrayList<>();
        for (Optional<Turn> turn = next(1); turn.isPresent(); turn = next(1)) {
            served.add(turn.get().key().requestId());
            grant(turn.get(), 1);
            finish(turn.get().key().requestId(), Outcome.Kind.DONE, 1);
        }
        return served;
    }

    private void backOff(String device, long untilMs, long nowMs) {
        backoffs.put(device, untilMs);
        scheduler.backoffChanged(device, nowMs);
    }

    private OptionalLong backoffUntilMs(String device) {
        return backoffs.containsKey(device) ? OptionalLong.of(backoffs.get(device)) : OptionalLong.empty();
    }

    private void replacePolicy(AccessPolicy newPolicy) {
        policy = newPolicy;
        scheduler.wanted(0);
    }

    private static Requests lamp(String id) {
        return command(id).asking(new Action.Call("lamp", "on"));
    }

    private static String device(int number) {
        return String.format("%024x", number);
    }

    private void grant(Turn turn, long nowMs) {
        String id = turn.key().requestId();
        take(id, ledger.onPermit(entries.get(id), turn.eligibleSinceMs(), nowMs), nowMs);
        int attempt = entries.get(id).attempts().high() + 1;
        JournalEvent claim = new JournalEvent.Claimed(entries.get(id).key(), attempt, "mine", nowMs);
        take(id, ledger.onJournalEvent(Optional.of(entries.get(id)), claim, nowMs), nowMs);
    }

    private void finish(String id, Outcome.Kind kind, long nowMs) {
        int attempt = entries.get(id).attempts().high();
        JournalEvent finished =
                new JournalEvent.Finished(entries.get(id).key(), attempt, "mine", Outcomes.of(kind), nowMs);
        take(id, ledger.onJournalEvent(Optional.of(entries.get(id)), finished, nowMs), nowMs);
    }

    private void take(String id, Step step, long nowMs) {
        LedgerEntry entry = step.next().orElseThrow();
        Optional.ofNullable(entries.put(id, entry))
                .filter(LedgerEntry::isOpen)
                .ifPresent(was -> waiting.remove(QueuePosition.of(was)));
        if (entry.phase() == RequestPhase.READY) {
            waiting.put(QueuePosition.of(entry), entry);
        }
        scheduler.put(entry, nowMs);
    }
}
