package io.fleetcommand.processor.streams.store;

import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.streams.topology.TopologyBench;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A task that holds five waiting requests in memory. */
class ParkedDevicesTest {
    private static final int DEVICES = 200;

    private final TopologyBench bench = new TopologyBench(5);

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void everyDeviceIsCalledThoughFewAreInMemoryAndNothingIsLeftOnDisk() {
        for (int number = 0; number < 3 * DEVICES; number++) {
            bench.publish(
                    command("c" + number).setDeviceId(device(number % DEVICES)).build());
        }
        Set<String> answered = new HashSet<>();
        for (int round = 0; round < 200 && answered.size() < 3 * DEVICES; round++) {
            bench.work();
            bench.endAll(Outcomes.of(Kind.DONE));
            bench.read(bench.topics.commandResults())
                    .forEach(result -> answered.add(((CommandResult) result.value()).getRequestId()));
        }

        assertThat(answered).hasSize(3 * DEVICES);
        assertThat(bench.started).extracting(call -> call.request().id()).doesNotHaveDuplicates();
        assertThat(List.of(ParkedDevices.DEVICES, ParkedDevices.QUEUES, ParkedDevices.REMINDERS))
                .allSatisfy(store -> assertThat(isEmpty(store)).as(store).isTrue());
    }

    @Test
    void parkedDevicesThatDoNotRespondAreRetriedAfterTheirBackOff() {
        for (int number = 0; number < DEVICES; number++) {
            bench.publish(poll("p" + number).setDeviceId(device(number)).build());
        }
        for (int round = 0; round < 50; round++) {
            bench.work();
            bench.endAll(Outcomes.of(Kind.UNREACHABLE));
        }
        assertThat(bench.started).hasSize(DEVICES);

        bench.pass(Duration.ofSeconds(10));
        Set<String> answered = new HashSet<>();
        for (int round = 0; round < 200 && answered.size() < DEVICES; round++) {
            bench.work();
            bench.endAll(Outcomes.of(Kind.DONE));
            bench.read(bench.topics.pollResults()).forEach(result -> {
                PollResult poll = (PollResult) result.value();
                assertThat(poll.getStatus()).isEqualTo(Status.SUCCEEDED);
                answered.add(poll.getRequestId());
            });
        }
        assertThat(answered).hasSize(DEVICES);
        assertThat(bench.started).hasSize(2 * DEVICES);
    }

    @Test
    void parkedRequestsEndAtTheirDeadlines() {
        bench.permits = 20;
        for (int number = 0; number < DEVICES; number++) {
            bench.publish(poll("p" + number)
                    .setDeviceId(device(number))
                    .setDeadline(TopologyBench.START.plusSeconds(1))
                    .build());
        }
        bench.work();
        bench.pass(Duration.ofSeconds(2));
        for (int round = 0; round < 20; round++) {
            bench.work();
        }

        assertThat(bench.read(bench.topics.pollResults()))
                .extracting(result -> ((PollResult) result.value()).getStatus())
                .containsOnly(Status.EXPIRED)
                .hasSize(DEVICES - 20);
    }

    private boolean isEmpty(String store) {
        try (KeyValueIterator<Object, Object> left = bench.store(store).all()) {
            return !left.hasNext();
        }
    }

    private static String device(int number) {
        return String.format("%024x", number);
    }
}
