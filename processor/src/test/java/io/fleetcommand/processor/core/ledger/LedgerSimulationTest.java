package io.fleetcommand.processor.core.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Checks the guarantees under seeded chaos, for commands and for polls with coalesced reads, at devices that share
 * request ids, with callers that repeat requests from other addresses: crashes, zombies, graceful moves, late and lost
 * appends, lost outcomes, redelivered and cancelled requests. A failure reports its seed, which reproduces the run.
 */
class LedgerSimulationTest {
    private static final int SEEDS = 10_000;
    private static final int REQUESTS = 10;
    private static final int COMMANDS = 5;
    private static final int STEPS = 250;
    private static final String OTHER_DEVICE = "f".repeat(24);

    @Test
    void keepsItsGuaranteesUnderChaos() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            runSeed(seed);
        }
    }

    private static void runSeed(int seed) {
        World world = new World(new Random(seed));
        List<Request> requests = createRequests(world);
        for (int step = 0; step < STEPS; step++) {
            chaos(world);
        }
        settle(world, seed);
        for (Request request : requests) {
            for (Promises promise : Promises.all()) {
                try {
                    promise.holdFor(world.history(request));
                } catch (AssertionError broken) {
                    throw new AssertionError(
                            "seed " + seed + ", " + request + ", log " + journalOf(world, request), broken);
                }
            }
        }
    }

    private static List<JournalEvent> journalOf(World world, Request request) {
        return world.log.stream()
                .filter(event -> event.key().equals(request.key()))
                .toList();
    }

    private static List<Request> createRequests(World world) {
        List<Request> requests = new ArrayList<>();
        for (int number = 1; number <= REQUESTS; number++) {
            boolean poll = number > COMMANDS;
            // Each id is used at two devices.
            String id = "r" + (number + 1) / 2;
            String device = number % 2 == 0 ? Requests.DEVICE : OTHER_DEVICE;
            Requests request = (poll ? Requests.poll(id) : Requests.command(id))
                    .of(device)
                    .replyingTo(world.chance(0.5) ? ReplyTo.NOBODY : address(0))
                    .until(world.chance(0.3) ? 100 : 100_000);
            if (poll) {
                request.asking(new Action.Read("v" + world.random.nextInt(2), world.chance(0.5) ? 0 : 40));
            } else if (world.chance(0.5)) {
                request.atMostOnce();
            }
            if (world.chance(0.2)) {
                request.trying(1 + world.random.nextInt(3));
            }
            if (world.chance(0.2)) {
                request.notBefore(world.random.nextInt(100));
            }
            Request made = request.made();
            requests.add(made);
            world.inputs.add(new World.Input.RequestRecord(made));
            if (world.chance(0.3)) {
                world.inputs.add(new World.Input.RequestRecord(made));
            }
            int others = world.chance(0.4) ? 1 + world.random.nextInt(3) : world.chance(0.1) ? 12 : 0;
            for (int other = 1; other <= others; other++) {
                repeat(world, request.replyingTo(address(other)).made());
            }
            if (world.chance(0.1)) {
                world.inputs.add(new World.Input.RequestRecord(Requests.command(id)
                        .of(device)
                        .asking(new Action.Call("other", ""))
                        .made()));
            }
            if (world.chance(0.2)) {
                world.inputs.add(
                        world.random.nextInt(world.inputs.size() + 1), new World.Input.CancellationRecord(made.key()));
            }
        }
        return requests;
    }

    /** Inserts a repeated request anywhere after the first one, sometimes twice. */
    private static void repeat(World world, Request repeated) {
        int first = IntStream.range(0, world.inputs.size())
                .filter(index -> world.inputs.get(index) instanceof World.Input.RequestRecord record
                        && record.request().key().equals(repeated.key()))
                .findFirst()
                .orElseThrow();
        for (int times = world.chance(0.2) ? 2 : 1; times > 0; times--) {
            int index = first + 1 + world.random.nextInt(world.inputs.size() - first);
            world.inputs.add(index, new World.Input.RequestRecord(repeated));
        }
    }

    private static ReplyTo address(int number) {
        return new ReplyTo("replies-" + number, ReplyTo.ANY_PARTITION, List.of());
    }

    private static void chaos(World world) {
        List<Instance> all = new ArrayList<>(world.zombies);
        all.add(world.owner);
        Instance any = all.get(world.random.nextInt(all.size()));
        switch (world.random.nextInt(16)) {
            case 0, 1 -> any.readInput();
            case 2, 3, 4 -> any.readJournal();
            case 5, 6 -> any.startCalls();
            case 7 -> any.fireTimers();
            case 8, 9, 10 -> world.flushOne(any);
            case 11 -> {
                if (!world.inFlight.isEmpty()) {
                    world.end(world.inFlight.get(world.random.nextInt(world.inFlight.size())));
                }
            }
            case 12 -> advance(world, 1 + world.random.nextInt(15));
            case 13, 14 -> any.commit();
            default -> disturb(world, any);
        }
    }

    private static void disturb(World world, Instance any) {
        switch (world.random.nextInt(5)) {
            case 0, 1 -> world.kill(any);
            case 2 -> world.fence();
            default -> world.handOver();
        }
    }

    /** Advances the clock; calls end in time because of the client's timeout. */
    private static void advance(World world, long byMs) {
        world.nowMs += byMs;
        world.inFlight.stream()
                .filter(call -> call.endsAtMs() <= world.nowMs)
                .toList()
                .forEach(world::end);
    }

    private static void settle(World world, int seed) {
        for (int round = 0; round < 100_000; round++) {
            for (Instance zombie : List.copyOf(world.zombies)) {
                world.flushOne(zombie);
            }
            world.owner.readInput();
            world.flushOne(world.owner);
            world.owner.readJournal();
            world.owner.fireTimers();
            world.owner.startCalls();
            advance(world, 1);
            if (round % 10 == 0) {
                world.owner.commit();
                boolean quiet = world.zombies.stream().allMatch(zombie -> zombie.pending.isEmpty());
                if (quiet && world.inFlight.isEmpty() && world.owner.pending.isEmpty() && world.owner.isDone()) {
                    return;
                }
            }
        }
        assertThat(false).as("seed %s reaches a final state", seed).isTrue();
    }
}
