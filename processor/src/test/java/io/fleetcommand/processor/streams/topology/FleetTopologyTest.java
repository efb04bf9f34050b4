package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.core.request.Requests.key;
import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.streams.store.LedgerStore;
import io.fleetcommand.processor.streams.store.RocksDbMemoryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.CachingKeyValueStore;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The topology and its tasks: order, quota, stores, start and end. */
class FleetTopologyTest {
    private final TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aDeviceIsCalledOneRequestAtATimeInReadingOrder() {
        bench.publish(command("c1").build());
        bench.publish(command("c2").build());
        bench.work();
        bench.work();
        assertThat(bench.started).extracting(call -> call.request().id()).containsExactly("c1");

        bench.end(Outcomes.of(Kind.DONE));
        bench.work();
        assertThat(bench.started).extracting(call -> call.request().id()).containsExactly("c1", "c2");
    }

    @Test
    void manyCommandsOfADeviceAreCalledInReadingOrderHoweverMany() {
        List<String> ids =
                IntStream.range(0, 30).mapToObj(number -> "c" + number).toList();
        ids.forEach(id -> bench.publish(command(id).build()));
        for (int call = 1; call <= ids.size(); call++) {
            bench.work();
            assertThat(bench.started).hasSize(call);
            bench.end(Outcomes.of(Kind.DONE));
        }

        assertThat(bench.started).extracting(call -> call.request().id()).isEqualTo(ids);
        assertThat(bench.results()).extracting(CommandResult::getRequestId).isEqualTo(ids);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void urgentWorkGoesBeforeBulk(boolean urgentLast) {
        bench.permits = 0;
        VariablePoll bulk = poll("bulk").setPriority(Priority.BULK).build();
        String other = DEVICE.replace('0', 'f');
        DeviceCommand urgent = command("urgent")
                .setPriority(Priority.URGENT)
                .setDeviceId(other)
                .build();
        if (urgentLast) {
            bench.publish(bulk);
            bench.publish(urgent);
        } else {
            bench.publish(urgent);
            bench.publish(bulk);
        }
        bench.permits = 1;
        bench.work();

        assertThat(bench.started).extracting(call -> call.request().id()).containsExactly("urgent");
    }

    @Test
    void nothingIsClaimedWithoutQuotaAndALostClaimReleasesItsPermit() {
        bench.permits = 0;
        bench.publish(command("c1").build());
        bench.work();
        assertThat(bench.appended).isEmpty();

        bench.permits = 1;
        bench.pass(Duration.ofMillis(10));
        assertThat(bench.appended).singleElement().isInstanceOf(JournalEvent.Claimed.class);
        assertThat(bench.inUse).isEqualTo(1);

        JournalEvent.Claimed others =
                new JournalEvent.Claimed(key("c1"), 1, "another epoch", TopologyBench.START.toEpochMilli());
        bench.appended.add(0, others);
        bench.readJournal();
        assertThat(bench.started).isEmpty();
        assertThat(bench.inUse).isZero();
        assertThat(bench.permits).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_000})
    void aFloodOfOverdueRequestsLeavesTheJournalToTheOthers(int permits) {
        int flood = 500;
        bench.permits = permits;
        for (int number = 0; number < flood; number++) {
            bench.publish(command("late-" + number)
                    .setDeadline(TopologyBench.START.plusMillis(1))
                    .build());
        }
        for (int round = 0; round < flood; round++) {
            int before = bench.appended.size();
            bench.pass(Duration.ofMillis(10));
            assertThat(bench.appended.size() - before)
                    .as("events not read back")
                    .isLessThanOrEqualTo(64);
            bench.readJournal();
        }

        assertThat(bench.results())
                .hasSize(flood)
                .extracting(CommandResult::getStatus)
                .containsOnly(Status.EXPIRED);
    }

    @Test
    void theLimiterKnowsWhichPartitionsTheInstanceOwns() {
        bench.pass(Duration.ofMillis(10));
        assertThat(bench.joined).containsExactly(0);
        bench.close();
        assertThat(bench.joined).isEmpty();
    }

    @Test
    void theMemoryIsSharedOutToAsManyStoresAsThereAre() {
        assertThat(bench.stores()).hasSize(RocksDbMemoryConfig.STORES);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theRequestIndexIsCachedOnlyWithoutTransactions(boolean inTransactions) {
        WrappedStateStore<?, ?, ?> metered = (WrappedStateStore<?, ?, ?>)
                FleetTopology.requestIndex(inTransactions).build();

        assertThat(metered.wrapped() instanceof CachingKeyValueStore).isEqualTo(!inTransactions);
    }

    @Test
    void aTaskThatStartsKnowsEveryDeadlineAgain() {
        bench.permits = 0;
        List<String> ids =
                IntStream.range(0, 2_001).mapToObj(number -> "c" + number).toList();
        ids.forEach(id -> bench.publish(
                command(id).setDeadline(TopologyBench.START.plusSeconds(5)).build()));
        KeyValueStore<Bytes, Bytes> deadlines = bench.store(LedgerStore.DEADLINES);
        try (KeyValueIterator<Bytes, Bytes> index = deadlines.all()) {
            index.forEachRemaining(line -> deadlines.delete(line.key));
        }

        LedgerStore next = new LedgerStore(bench.store(LedgerStore.OPEN), bench.store(LedgerStore.INDEX), deadlines);
        List<String> open = new ArrayList<>();
        next.restore(entry -> open.add(entry.key().requestId()));
        assertThat(open).isEqualTo(ids);
        long afterMs = TopologyBench.START.plusSeconds(6).toEpochMilli();
        assertThat(Stream.generate(() -> next.overdue(afterMs))
                        .takeWhile(Optional::isPresent)
                        .map(entry -> entry.orElseThrow().key().requestId()))
                .isEqualTo(ids);
    }

    @Test
    void eachStartOfATaskHasAnEpochOfItsOwn() {
        try (TopologyBench again = new TopologyBench()) {
            for (TopologyBench start : List.of(bench, again)) {
                start.publish(command("c1").build());
                start.pass(Duration.ofMillis(10));
            }

            assertThat(again.appended.get(0).attempt())
                    .isEqualTo(bench.appended.get(0).attempt());
            assertThat(again.appended.get(0).epoch())
                    .isNotEqualTo(bench.appended.get(0).epoch());
        }
    }

    @Test
    void closingReleasesAClaimThatWasNotReadBack() {
        bench.publish(command("c1").build());
        bench.pass(Duration.ofMillis(10));
        JournalEvent claim = bench.appended.get(0);
        bench.close();

        assertThat(bench.appended).hasSize(2).last().isInstanceOfSatisfying(JournalEvent.Finished.class, release -> {
            assertThat(release.outcome().kind()).isEqualTo(Kind.NOT_SENT);
            assertThat(release.epoch()).isEqualTo(claim.epoch());
            assertThat(release.attempt()).isEqualTo(claim.attempt());
        });
        assertThat(bench.inUse).isZero();
    }
}
