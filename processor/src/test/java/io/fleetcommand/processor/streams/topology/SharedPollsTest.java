package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.core.request.Requests.key;
import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.VariableSnapshot;
import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.processor.streams.store.ReadingCache;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Polls of the same variable share one call (coalesced reads). */
class SharedPollsTest {
    private final TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aHundredPollsOfAVariableWithinASecondCostOneCallAndOneSnapshot() {
        for (int number = 0; number < 100; number++) {
            bench.publish(poll("p" + number)
                    .setRequester("service " + number % 3)
                    .setPriority(Priority.values()[number % Priority.values().length])
                    .build());
            bench.work();
        }
        assertThat(bench.started).hasSize(1);
        bench.end(Outcomes.of(Kind.DONE));
        bench.work();

        assertThat(bench.started).hasSize(1);
        assertThat(results()).hasSize(100).allSatisfy(result -> {
            assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.getValue()).isEqualTo(42L);
            assertThat(result.getHttpStatus()).isEqualTo(200);
            assertThat(result.getAgeMs()).isZero();
            assertThat(result.getAttempts())
                    .isEqualTo(
                            result.getRequestId()
                                            .equals(bench.started
                                                    .get(0)
                                                    .request()
                                                    .id())
                                    ? 1
                                    : 0);
        });
        assertThat(snapshots())
                .singleElement()
                .satisfies(snapshot -> assertThat(snapshot.getRequestId())
                        .isEqualTo(bench.started.get(0).request().id()));
        assertThat(bench.inUse).isZero();
        assertThat(bench.permits).isEqualTo(999);
    }

    @Test
    void veryManyPollsAreServedAFewHundredAtATimeAndNoneIsCalled() {
        for (int number = 0; number < 1_000; number++) {
            bench.publish(poll("p" + number).build());
        }
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        assertThat(results()).hasSize(201);
        for (int tick = 0; tick < 4; tick++) {
            bench.work();
        }

        assertThat(results()).hasSize(799);
        assertThat(bench.started).hasSize(1);
        assertThat(snapshots()).hasSize(1);
    }

    @Test
    void aPollTakesAValueThatIsNotOlderThanItAllows() {
        bench.publish(poll("first").build());
        bench.work();
        bench.end(new Outcome(
                Kind.DONE,
                io.fleetcommand.processor.core.request.Reason.NONE,
                "",
                new Value.Text("on"),
                200,
                0,
                true,
                5));
        results();
        snapshots();
        bench.pass(Duration.ofMillis(500));

        bench.publish(poll("served").setMaxAgeMs(500).build());
        assertThat(results()).singleElement().satisfies(result -> {
            assertThat(result.getRequestId()).isEqualTo("served");
            assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.getValue()).hasToString("on");
            assertThat(result.getAgeMs()).isEqualTo(500);
            assertThat(result.getAttempts()).isZero();
        });
        bench.publish(poll("too old").setMaxAgeMs(499).build());
        bench.publish(poll("must be new").build());
        bench.work();
        assertThat(bench.started).extracting(call -> call.request().id()).containsExactly("first", "too old");

        bench.end(Outcomes.of(Kind.DONE));
        assertThat(results()).extracting(PollResult::getRequestId).containsExactlyInAnyOrder("too old", "must be new");
        assertThat(snapshots()).extracting(VariableSnapshot::getRequestId).containsExactly("too old");
    }

    @Test
    void aCoalescedReadOfAnAlteredTextSaysSo() {
        String altered = "parts of the text were replaced";
        bench.publish(poll("first").build());
        bench.publish(poll("waits").build());
        bench.work();
        cancel("first");
        bench.end(new Outcome(
                Kind.DONE,
                io.fleetcommand.processor.core.request.Reason.NONE,
                altered,
                new Value.Text("<***>"),
                200,
                0,
                true,
                5));
        bench.work();
        bench.pass(Duration.ofMillis(500));
        bench.publish(poll("later").setMaxAgeMs(1_000).build());

        assertThat(results())
                .extracting(PollResult::getRequestId, PollResult::getDetail)
                .containsExactlyInAnyOrder(
                        tuple("first", altered + "; cancelled too late"),
                        tuple("waits", altered),
                        tuple("later", altered));
    }

    @Test
    void whoSharesTheValueOfAPollThatWasCancelledTooLateIsNotToldOfThat() {
        bench.publish(poll("first").build());
        bench.publish(poll("waits").build());
        bench.work();
        cancel("first");
        bench.end(Outcomes.of(Kind.DONE));
        bench.work();

        assertThat(results())
                .extracting(PollResult::getRequestId, PollResult::getDetail)
                .containsExactlyInAnyOrder(tuple("first", "cancelled too late"), tuple("waits", ""));
    }

    private void cancel(String id) {
        bench.pipe(
                bench.topics.cancellations(),
                DEVICE,
                bench.bytes(bench.topics.cancellations(), new Cancellation(id, DEVICE, "", TopologyBench.START)),
                new RecordHeaders());
    }

    @Test
    void aValueIsForItsOwnDeviceProductAndVariableOnly() {
        bench.publish(poll("p1").build());
        bench.publish(poll("p2").setProduct("other").build());
        bench.publish(poll("p3").setVariable("uptime").build());
        bench.publish(poll("p4").setDeviceId("f".repeat(24)).build());
        bench.publish(poll("p5").setVariable("temperature-2").build());
        bench.work();
        bench.work();
        assertThat(bench.started)
                .extracting(call -> call.request().id())
                .as("one call for each device")
                .containsExactly("p1", "p4");
        bench.endAll(Outcomes.of(Kind.DONE));
        assertThat(results()).extracting(PollResult::getRequestId).containsExactlyInAnyOrder("p1", "p4");

        for (int round = 0; round < 3; round++) {
            bench.work();
            bench.endAll(Outcomes.of(Kind.DONE));
        }
        assertThat(bench.started).hasSize(5);
    }

    @Test
    void aPollWhoseClaimIsNotReadBackYetIsServedAndItsPermitReleased() {
        bench.publish(poll("mine").build());
        bench.pass(Duration.ofMillis(10));
        assertThat(bench.inUse).isEqualTo(1);

        bench.publish(poll("theirs").build());
        bench.journal(new JournalEvent.Claimed(key("theirs"), 1, "another epoch", bench.nowMs()));
        bench.journal(
                new JournalEvent.Finished(key("theirs"), 1, "another epoch", Outcomes.of(Kind.DONE), bench.nowMs()));
        assertThat(results()).extracting(PollResult::getStatus).containsExactly(Status.SUCCEEDED, Status.SUCCEEDED);
        assertThat(bench.inUse).isZero();

        bench.readJournal();
        bench.work();
        assertThat(bench.started).isEmpty();
        assertThat(bench.inUse).isZero();
        assertThat(results()).isEmpty();
    }

    /** As after a restart: the value is in the store, but is no longer being shared. */
    @Test
    void aPollWhoseTurnComesIsServedFromTheStoreAndItsPermitReleased() {
        bench.permits = 0;
        bench.publish(poll("p1").build());
        bench.publish(poll("p2").setMaxAgeMs(10_000).build());
        bench.pass(Duration.ofSeconds(1));
        KeyValueStore<String, CachedReading> store = bench.store(ReadingCache.STORE);
        store.put(DEVICE + "/rockets/temperature", new CachedReading(new Value.Truth(true), 200, bench.nowMs() - 300));
        bench.permits = 1;
        bench.work();

        assertThat(results()).hasSize(2).allSatisfy(result -> {
            assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.getAgeMs()).isEqualTo(310);
        });
        assertThat(bench.started).isEmpty();
        assertThat(bench.permits).isEqualTo(1);
        assertThat(bench.inUse).isZero();
    }

    @Test
    void aFailedCallIsNotShared() {
        bench.publish(poll("p1").build());
        bench.publish(poll("p2").build());
        bench.work();
        bench.end(Outcomes.of(Kind.REFUSED));
        bench.work();

        assertThat(bench.started).hasSize(2);
        assertThat(snapshots()).isEmpty();
    }

    @Test
    void aValueIsForgottenAfterItsTime() {
        bench.publish(poll("p1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        KeyValueStore<String, CachedReading> store = bench.store(ReadingCache.STORE);
        assertThat(store.get(DEVICE + "/rockets/temperature")).isNotNull();

        bench.pass(Duration.ofMinutes(11));
        assertThat(store.get(DEVICE + "/rockets/temperature")).isNull();
    }

    private List<PollResult> results() {
        return bench.read(bench.topics.pollResults()).stream()
                .map(record -> (PollResult) record.value())
                .toList();
    }

    private List<VariableSnapshot> snapshots() {
        return bench.read(bench.topics.variableSnapshots()).stream()
                .map(record -> (VariableSnapshot) record.value())
                .toList();
    }
}
