package io.fleetcommand.processor.calls;

import static io.fleetcommand.processor.core.Requests.command;
import static io.fleetcommand.processor.core.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Agenda.Turn;
import io.fleetcommand.processor.core.Backoff;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Fact;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Ledger;
import io.fleetcommand.processor.core.Outcome;
import io.fleetcommand.processor.core.Outcomes;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.Policy;
import io.fleetcommand.processor.core.Requests;
import io.fleetcommand.processor.core.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final String A = "aaaaaaaaaaaaaaaaaaaaaaaa";
    private static final String B = "bbbbbbbbbbbbbbbbbbbbbbbb";

    private final Ledger ledger =
            new Ledger(new Policy(40, 20, 30, 1_000, new Backoff(100, 2, 1_000, 0)), "mine", () -> 0);
    private final Map<String, Entry> entries = new HashMap<>();
    private final Schedule schedule = new Schedule(this::nextWaiting);
    private long sequence;

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
    void aCommandThatRestsHoldsItsDevicesLaterCommandsBackAndNobodyElses() {
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
    void aPollMayOvertakeACommandThatRests() {
        read(command("a1").of(A), 0);
        read(poll("a2").of(A), 0);
        assertThat(grantAll(1)).containsExactly("a1");
        finish("a1", Outcome.Kind.UNREACHABLE, 2);

        assertThat(grantAll(3)).containsExactly("a2");
    }

    @Test
    void aPollThatRestsHoldsNobodyBack() {
        read(poll("a1").of(A), 0);
        read(command("a2").of(A).in(Lane.BULK), 0);
        assertThat(grantAll(1)).containsExactly("a1");
        finish("a1", Outcome.Kind.UNREACHABLE, 2);

        assertThat(grantAll(3)).containsExactly("a2");
    }

    @Test
    void aRequestThatIsForLaterLetsOthersGoFirst() {
        read(command("later").of(A).notBefore(50), 0);
        read(command("now").of(A), 0);
        assertThat(grantAll(1)).containsExactly("now");
        finish("now", Outcome.Kind.DONE, 2);

        assertThat(grantAll(49)).isEmpty();
        assertThat(grantAll(50)).containsExactly("later");
    }

    @Test
    void lanesGoInTheirOrder() {
        read(poll("bulk").of(A), 0);
        read(command("normal").of(B), 1);
        read(command("urgent").of("c".repeat(24)).in(Lane.URGENT), 2);

        assertThat(grantAll(3)).containsExactly("urgent", "normal", "bulk");
    }

    @Test
    void anUrgentCommandOvertakesItsDevicesOwnBulkWork() {
        read(poll("bulk").of(A), 0);
        read(command("urgent").of(A).in(Lane.URGENT), 1);

        assertThat(grantAll(2)).containsExactly("urgent");
    }

    @Test
    void tellsSinceWhenOnlyQuotaHasBeenLacking() {
        read(command("a1").of(A).notBefore(20), 0);
        assertThat(schedule.next(10)).isEmpty();
        assertThat(schedule.next(25)).contains(new Turn("a1", Lane.NORMAL, 25));
        assertThat(schedule.next(40)).contains(new Turn("a1", Lane.NORMAL, 25));
    }

    @Test
    void anAlarmComesOnceWhenAClaimIsNotReadBackAndOnceAtTheEndOfTheLease() {
        read(command("b1").of(B), 0);
        take("b1", ledger.granted(entries.get("b1"), 0, 0), 0);
        assertThat(schedule.alarm(29)).isEmpty();
        assertThat(schedule.alarm(30)).contains("b1");
        assertThat(schedule.alarm(30)).isEmpty();

        take("b1", ledger.told(Optional.of(entries.get("b1")), new Fact.Claimed("b1", 1, "mine", 0), 30), 30);
        assertThat(schedule.alarm(59)).isEmpty();
        assertThat(schedule.alarm(60)).contains("b1");
    }

    @Test
    void aCommandForLaterGoesBeforeWhatWasReadAfterItOnceItsTimeHasCome() {
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
    void memoryGrowsWithTheDevicesThatHaveWorkAndNotWithTheWork() {
        for (int number = 0; number < 500; number++) {
            read(poll("poll-" + number).of(A), 0);
        }

        assertThat(schedule.held()).isEqualTo(1);
        for (int number = 0; number < 500; number++) {
            assertThat(grantAll(1)).containsExactly("poll-" + number);
            assertThat(schedule.held()).isLessThanOrEqualTo(2);
            finish("poll-" + number, Outcome.Kind.DONE, 1);
        }
        assertThat(schedule.held()).isZero();
    }

    @Test
    void oneThatIsClosedInTheMiddleOfItsQueueIsPassedOver() {
        read(command("a1").of(A), 0);
        read(command("a2").of(A).until(5), 0);
        read(command("a3").of(A), 0);
        take("a2", ledger.wake(entries.get("a2"), 6), 6);
        assertThat(schedule.underWay()).isEqualTo(1);

        assertThat(grantAll(6)).containsExactly("a1");
        finish("a1", Outcome.Kind.DONE, 7);
        assertThat(grantAll(8)).containsExactly("a3");
    }

    /** Against a schedule that simply looks at everything, over random fleets and histories. */
    @Test
    void whatItGrantsIsWhatAFullSearchWouldFind() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            ScheduleTest world = new ScheduleTest();
            List<String> devices = List.of(A, B, "c".repeat(24));
            for (long now = 0; now < 200; now++) {
                if (random.nextInt(3) == 0) {
                    String id = "r" + now;
                    Requests request = random.nextInt(3) == 0 ? poll(id) : command(id);
                    request.of(devices.get(random.nextInt(3))).in(Lane.values()[random.nextInt(3)]);
                    world.read(random.nextInt(4) == 0 ? request.notBefore(now + random.nextInt(30)) : request, now);
                }
                Set<String> possible = world.callableBySearch(now);
                Optional<Turn> turn = world.schedule.next(now);
                assertThat(turn.map(Turn::requestId).filter(possible::contains).isPresent())
                        .as("seed %d at %d: %s of %s", seed, now, turn, possible)
                        .isEqualTo(!possible.isEmpty());
                if (turn.isPresent() && random.nextBoolean()) {
                    world.grant(turn.get(), now);
                }
                List<Entry> called = world.entries.values().stream()
                        .filter(entry -> entry.phase() == Phase.CALLED)
                        .toList();
                if (!called.isEmpty() && random.nextBoolean()) {
                    Outcome.Kind[] kinds = {Outcome.Kind.DONE, Outcome.Kind.UNREACHABLE, Outcome.Kind.THROTTLED};
                    world.finish(called.get(random.nextInt(called.size())).id(), kinds[random.nextInt(3)], now);
                }
            }
        }
    }

    /** Who may be called: of each idle device and lane the earliest command that is for now, or the first poll. */
    private Set<String> callableBySearch(long nowMs) {
        Set<String> found = new HashSet<>();
        for (Lane lane : Lane.values()) {
            for (String device : entries.values().stream()
                    .map(entry -> Place.of(entry).deviceId())
                    .collect(Collectors.toSet())) {
                List<Entry> open = entries.values().stream()
                        .filter(Entry::isOpen)
                        .filter(entry -> Place.of(entry).deviceId().equals(device))
                        .toList();
                if (open.stream().anyMatch(entry -> entry.phase() == Phase.CLAIMING || entry.phase() == Phase.CALLED)) {
                    continue;
                }
                Comparator<Entry> byPlace = Comparator.comparing(Place::of);
                Stream.of(Place.Queue.values())
                        .flatMap(queue -> open.stream()
                                .filter(entry -> entry.phase() == Phase.READY)
                                .filter(entry -> Place.of(entry).lane() == lane
                                        && Place.of(entry).queue() == queue)
                                .min(byPlace)
                                .stream())
                        .filter(entry -> Place.of(entry).rank() <= nowMs)
                        .collect(Collectors.groupingBy(
                                entry -> Place.of(entry).queue() == Place.Queue.POLLS,
                                Collectors.minBy(Comparator.comparingLong(Entry::sequence))))
                        .values()
                        .stream()
                        .flatMap(Optional::stream)
                        .filter(entry -> entry.isDueAt(nowMs))
                        .min(Comparator.comparingLong(Entry::sequence))
                        .ifPresent(entry -> found.add(entry.id()));
            }
        }
        return inFirstLane(found);
    }

    private Set<String> inFirstLane(Set<String> ids) {
        Optional<Lane> first =
                ids.stream().map(id -> Place.of(entries.get(id)).lane()).min(Comparator.naturalOrder());
        return ids.stream()
                .filter(id -> Place.of(entries.get(id)).lane() == first.orElseThrow())
                .collect(Collectors.toSet());
    }

    private Optional<Entry> nextWaiting(Place place) {
        return entries.values().stream()
                .filter(entry -> entry.phase() == Phase.READY)
                .filter(entry ->
                        sameQueue(Place.of(entry), place) && Place.of(entry).compareTo(place) > 0)
                .min(Comparator.comparing(Place::of));
    }

    private static boolean sameQueue(Place one, Place other) {
        return one.deviceId().equals(other.deviceId()) && one.lane() == other.lane() && one.queue() == other.queue();
    }

    @Test
    void whatIsAnsweredLeavesTheAgenda() {
        read(command("a1").of(A).until(30), 0);
        assertThat(grantAll(1)).containsExactly("a1");
        finish("a1", Outcome.Kind.DONE, 2);

        assertThat(schedule.next(1_000)).isEmpty();
        assertThat(schedule.alarm(1_000_000)).isEmpty();
    }

    private void read(Requests request, long nowMs) {
        String id = request.made().id();
        take(id, ledger.read(Optional.empty(), request.made(), ++sequence, nowMs), nowMs);
    }

    /** Grants whatever has its turn, and reads the claims back. */
    private List<String> grantAll(long nowMs) {
        List<String> granted = new ArrayList<>();
        for (Optional<Turn> turn = schedule.next(nowMs); turn.isPresent(); turn = schedule.next(nowMs)) {
            granted.add(turn.get().requestId());
            grant(turn.get(), nowMs);
        }
        return granted;
    }

    private void grant(Turn turn, long nowMs) {
        String id = turn.requestId();
        take(id, ledger.granted(entries.get(id), turn.eligibleSinceMs(), nowMs), nowMs);
        int attempt = entries.get(id).attempts().high() + 1;
        Fact claim = new Fact.Claimed(id, attempt, "mine", nowMs);
        take(id, ledger.told(Optional.of(entries.get(id)), claim, nowMs), nowMs);
    }

    private void finish(String id, Outcome.Kind kind, long nowMs) {
        int attempt = entries.get(id).attempts().high();
        Fact finished = new Fact.Finished(id, attempt, "mine", Outcomes.of(kind), nowMs);
        take(id, ledger.told(Optional.of(entries.get(id)), finished, nowMs), nowMs);
    }

    private void take(String id, Step step, long nowMs) {
        entries.put(id, step.next().orElseThrow());
        schedule.put(entries.get(id), nowMs);
    }
}
