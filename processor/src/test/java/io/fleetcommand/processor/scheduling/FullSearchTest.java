package io.fleetcommand.processor.scheduling;

import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static io.fleetcommand.processor.scheduling.SchedulerBench.A;
import static io.fleetcommand.processor.scheduling.SchedulerBench.B;
import static io.fleetcommand.processor.scheduling.SchedulerBench.EVERYTHING;
import static io.fleetcommand.processor.scheduling.SchedulerBench.LAMPS;
import static io.fleetcommand.processor.scheduling.SchedulerBench.MAX_HELD;
import static io.fleetcommand.processor.scheduling.SchedulerBench.lamp;
import static io.fleetcommand.processor.scheduling.SchedulerBench.sameQueue;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.ports.CallScheduler.Turn;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Requests;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the scheduler with a search through all requests, over random fleets and histories. */
class FullSearchTest {
    @Test
    void grantsWhatAFullSearchWouldFind() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            // With little memory, devices are parked and come back all the time.
            SchedulerBench bench = new SchedulerBench(seed % 3 == 0 ? 1 : MAX_HELD);
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
                    bench.policy = random.nextInt(9) > 0 ? bench.policy : random.nextBoolean() ? LAMPS : EVERYTHING;
                    bench.read(random.nextInt(4) == 0 ? request.notBefore(now + random.nextInt(90)) : request, now);
                }
                // As when a caller sends a request again: only its askers change.
                List<LedgerEntry> known = bench.entries.values().stream()
                        .filter(LedgerEntry::isOpen)
                        .toList();
                if (!known.isEmpty() && random.nextBoolean()) {
                    bench.scheduler.put(known.get(random.nextInt(known.size())), now);
                }
                String failing = devices.get(random.nextInt(many));
                // As in the ledger, a failure during a back-off changes nothing.
                if (random.nextInt(30) == 0 && bench.backoffs.getOrDefault(failing, 0L) <= now) {
                    bench.backOff(failing, now + random.nextInt(30), now);
                }
                Set<String> possible = callableBySearch(bench, now);
                Optional<Turn> turn = bench.next(now);
                String what = "seed " + seed + " at " + now + ": " + turn + " of " + possible;
                Optional<Priority> best = bestPriority(bench, possible, now);
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
                    bench.grant(turn.get(), now);
                }
                List<LedgerEntry> called = bench.entries.values().stream()
                        .filter(entry -> entry.phase() == RequestPhase.CALLED)
                        .toList();
                if (!called.isEmpty() && random.nextBoolean()) {
                    Outcome.Kind[] kinds = {Outcome.Kind.DONE, Outcome.Kind.UNREACHABLE, Outcome.Kind.THROTTLED};
                    RequestKey ended = called.get(random.nextInt(called.size())).key();
                    bench.finish(ended.requestId(), kinds[random.nextInt(3)], now);
                    if (random.nextBoolean()) {
                        bench.endBackoff(ended.deviceId(), now);
                    }
                }
            }
        }
    }

    /**
     * The requests that may be called: of each idle device that does not back off and each priority the first command
     * that is due, and every poll that is due.
     */
    private static Set<String> callableBySearch(SchedulerBench bench, long nowMs) {
        Set<String> found = new HashSet<>();
        Map<String, List<LedgerEntry>> open = bench.entries.values().stream()
                .filter(LedgerEntry::isOpen)
                .collect(Collectors.groupingBy(entry -> QueuePosition.of(entry).deviceId()));
        open.keySet().removeIf(device -> bench.backoffs.getOrDefault(device, 0L) > nowMs);
        open.values().stream()
                .filter(requests -> requests.stream()
                        .noneMatch(entry ->
                                entry.phase() == RequestPhase.CLAIMING || entry.phase() == RequestPhase.CALLED))
                .forEach(requests -> {
                    List<LedgerEntry> ready = requests.stream()
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
                                    Collectors.collectingAndThen(Collectors.toList(), FullSearchTest::firstCommand)))
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
    private static Optional<Priority> bestPriority(SchedulerBench bench, Set<String> ids, long nowMs) {
        return ids.stream()
                .map(id -> QueuePosition.of(bench.entries.get(id)))
                .filter(position -> !position.isPoll()
                        || bench.waiting.entrySet().stream()
                                .noneMatch(other -> sameQueue(other.getKey(), position)
                                        && other.getValue().dueAtMs() > nowMs))
                .map(position -> position.line().priority())
                .min(Comparator.naturalOrder());
    }
}
