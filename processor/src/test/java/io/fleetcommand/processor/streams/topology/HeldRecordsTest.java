package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.request.Source;
import io.fleetcommand.processor.streams.codec.InboundRecord;
import io.fleetcommand.processor.streams.codec.SchemaLookups;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The schema registry is unavailable while records with unknown schemas arrive. */
class HeldRecordsTest {
    private static final String OTHER_DEVICE = "ffffffffffffffffffffffff";

    private final TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aCommandWaitsForTheRegistryAndThenRuns() {
        bench.registryAway = true;
        bench.publish(command("c1").build());
        bench.work();
        assertThat(bench.started).isEmpty();
        assertThat(bench.read(bench.topics.failedRequests())).isEmpty();
        assertThat(bench.seen.held).containsEntry(Source.COMMANDS, 1);

        bench.registryAway = false;
        bench.pass(Duration.ofSeconds(10));
        bench.readJournal();
        assertThat(bench.started).extracting(call -> call.request().id()).containsExactly("c1");
        assertThat(bench.seen.held).containsEntry(Source.COMMANDS, 0);
        assertThat(held()).isEmpty();
    }

    @Test
    void aHeldRecordBlocksOnlyItsOwnDevice() {
        prefetchSchemas();
        bench.registryAway = true;
        bench.pipe(bench.topics.commands(), DEVICE, unknown(1), new RecordHeaders());
        bench.publish(command("same-device").build());
        bench.publish(command("other-device").setDeviceId(OTHER_DEVICE).build());
        bench.publish("t.commands.billing", command("other-topic").build());
        work();
        assertThat(bench.started)
                .extracting(call -> call.request().id())
                .containsExactlyInAnyOrder("other-device", "other-topic");
        assertThat(bench.seen.held).containsEntry(Source.COMMANDS, 2);

        bench.registryAway = false;
        bench.endAll(Outcomes.of(Kind.DONE));
        work();
        assertThat(bench.started.get(2).request().id()).isEqualTo("same-device");
        assertThat(failed()).containsExactly(tuple("", Reason.UNKNOWN_SCHEMA));
        assertThat(held()).isEmpty();
    }

    @Test
    void aHeldJournalEventBlocksAllLaterOnes() {
        prefetchSchemas();
        bench.publish(command("c1").build());
        work();
        bench.started.clear();
        bench.registryAway = true;
        bench.pipe(bench.topics.attempts(), "x", unknown(2), new RecordHeaders());
        bench.publish(command("c2").setDeviceId(OTHER_DEVICE).build());
        bench.pass(Duration.ofMillis(10));
        bench.endAll(Outcomes.of(Kind.DONE));
        work();
        assertThat(results()).isEmpty();
        assertThat(bench.started).isEmpty();
        assertThat(bench.seen.held.get(Source.JOURNAL)).isGreaterThanOrEqualTo(3);

        bench.registryAway = false;
        work();
        assertThat(results()).containsExactly(tuple("c1", Status.SUCCEEDED));
        assertThat(bench.started).extracting(call -> call.request().id()).containsExactly("c2");
        assertThat(bench.seen.events).contains("set aside JOURNAL");
        assertThat(held()).isEmpty();
    }

    @Test
    void pollsAndCancellationsWaitTooAndKeepTheirHeaders() {
        bench.allowedReplyTopics.add("replies.one");
        bench.registryAway = true;
        RecordHeaders headers = new RecordHeaders();
        headers.add("reply-to", "replies.one".getBytes(StandardCharsets.UTF_8));
        headers.add("correlation-id", new byte[] {1, 2});
        headers.add("odd", null);
        bench.pipe(
                bench.topics.polls(),
                DEVICE,
                bench.bytes(bench.topics.polls(), poll("p1").build()),
                headers);
        bench.pipe(bench.topics.cancellations(), DEVICE, cancellation("c1"), new RecordHeaders());
        bench.work();
        assertThat(bench.seen.held).containsEntry(Source.POLLS, 1).containsEntry(Source.CANCELLATIONS, 1);

        bench.registryAway = false;
        work();
        assertThat(bench.started.get(0).request().replyTo().topic()).isEqualTo("replies.one");
        assertThat(bench.started.get(0).request().replyTo().echoed()).hasSize(1);
        bench.publish(command("c1").build());
        work();
        assertThat(results()).containsExactly(tuple("c1", Status.CANCELLED));
    }

    @Test
    void beyondTheLimitOfATopicRecordsAreRejectedAndOtherTopicsHaveRoom() {
        bench.registryAway = true;
        for (int number = 0; number < HeldTopic.MAX_RECORDS + 3; number++) {
            bench.pipe(bench.topics.commands(), "d" + number, unknown(number % 50), new RecordHeaders());
        }
        assertThat(bench.read(bench.topics.failedRequests()))
                .hasSize(3)
                .allSatisfy(failed ->
                        assertThat(((FailedRequest) failed.value()).getDetail()).contains("too many records"));
        bench.publish("t.commands.billing", command("c1").build());
        work();
        assertThat(bench.seen.held).containsEntry(Source.COMMANDS, HeldTopic.MAX_RECORDS + 1);

        bench.registryAway = false;
        for (int round = 0; round < 20 && bench.started.isEmpty(); round++) {
            work();
        }
        assertThat(bench.started).extracting(call -> call.request().id()).containsExactly("c1");
        for (int round = 0; round < 100 && !held().isEmpty(); round++) {
            work();
        }
        assertThat(held()).isEmpty();
        assertThat(bench.seen.held).containsEntry(Source.COMMANDS, 0);
    }

    @Test
    void aTaskThatStartsRestoresTheHeldRecords() {
        bench.registryAway = true;
        bench.pipe(bench.topics.attempts(), "x", unknown(2), new RecordHeaders());
        bench.pipe(bench.topics.attempts(), "x", unknown(3), new RecordHeaders());
        bench.publish(command("c1").build());
        bench.publish(command("c2").build());
        KeyValueStore<Bytes, InboundRecord> before = bench.store(HeldRecords.STORE);
        List<KeyValue<Bytes, InboundRecord>> kept = all(before);
        assertThat(kept).hasSize(4);

        List<String> handled = new ArrayList<>();
        SchemaLookups schemas =
                new SchemaLookups((topic, value) -> value, Runnable::run, () -> TopologyBench.START, () -> 0);
        HeldRecords again = new HeldRecords(
                before,
                schemas,
                bench.topics.attempts(),
                Map.of(bench.topics.attempts(), Source.JOURNAL, bench.topics.commands(), Source.COMMANDS),
                (inbound, nowMs) -> {
                    handled.add(inbound.topic() + inbound.offset());
                    return OptionalInt.empty();
                },
                bench.seen);
        again.restore();
        assertThat(again.isBlocked(kept.get(3).value)).isTrue();
        for (int step = 0; step < 5; step++) {
            again.step(step);
        }
        assertThat(handled).containsExactly("t.attempts0", "t.attempts1", "t.commands0", "t.commands1");
        assertThat(all(before)).isEmpty();
    }

    private void work() {
        for (int round = 0; round < 25; round++) {
            bench.pass(Duration.ofMillis(500));
            bench.readJournal();
        }
    }

    /** Reads one record of each type, so that their schemas are known. */
    private void prefetchSchemas() {
        bench.publish(command("known").build());
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        bench.read(bench.topics.commandResults());
        bench.started.clear();
    }

    private byte[] cancellation(String id) {
        return bench.bytes(
                bench.topics.cancellations(),
                Cancellation.newBuilder()
                        .setRequestId(id)
                        .setDeviceId(DEVICE)
                        .setCreatedAt(TopologyBench.START)
                        .build());
    }

    private List<Tuple> results() {
        return bench.read(bench.topics.commandResults()).stream()
                .map(record -> (CommandResult) record.value())
                .map(result -> tuple(result.getRequestId(), result.getStatus()))
                .toList();
    }

    private List<Tuple> failed() {
        return bench.read(bench.topics.failedRequests()).stream()
                .map(record -> (FailedRequest) record.value())
                .map(failed -> tuple(failed.getRequestId(), failed.getReason()))
                .toList();
    }

    private List<KeyValue<Bytes, InboundRecord>> held() {
        return all(bench.store(HeldRecords.STORE));
    }

    private static List<KeyValue<Bytes, InboundRecord>> all(KeyValueStore<Bytes, InboundRecord> store) {
        List<KeyValue<Bytes, InboundRecord>> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, InboundRecord> all = store.all()) {
            all.forEachRemaining(found::add);
        }
        return found;
    }

    private static byte[] unknown(int number) {
        return ByteBuffer.allocate(9)
                .put((byte) 0)
                .putInt(1_000_000 + number)
                .putInt(0)
                .array();
    }
}
