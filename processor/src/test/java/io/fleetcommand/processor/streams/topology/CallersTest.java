package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.streams.store.LedgerStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that do not know of each other: request ids, reply addresses, partitioners. */
class CallersTest {
    private static final String OTHER = "f".repeat(24);

    private TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"night-mode", "0123456789abcdef01234567", "a/b of device f", "~r1", "Grüße, 温度"})
    void theSameIdAtAnotherDeviceIsAnotherRequestWhateverItAsksFor(String id) {
        bench.publish(command(id).build());
        bench.publish(command(id).setDeviceId(OTHER).setArgument("other").build());
        bench.publish(poll(id).setDeviceId("a".repeat(24)).build());
        bench.work();
        assertThat(bench.started)
                .extracting(call -> call.request().deviceId())
                .containsExactlyInAnyOrder(DEVICE, OTHER, "a".repeat(24));
        bench.endAll(Outcomes.of(Kind.DONE));

        assertThat(results())
                .extracting(CommandResult::getRequestId, CommandResult::getDeviceId, CommandResult::getStatus)
                .containsExactlyInAnyOrder(tuple(id, DEVICE, Status.SUCCEEDED), tuple(id, OTHER, Status.SUCCEEDED));
        assertThat(bench.read(bench.topics.pollResults()))
                .extracting(record -> ((PollResult) record.value()).getStatus())
                .containsExactly(Status.SUCCEEDED);
        assertThat(failed()).isEmpty();
    }

    @Test
    void aCancellationMeetsOnlyTheRequestOfItsDevice() {
        bench.permits = 0;
        bench.publish(command("c1").build());
        bench.publish(command("c1").setDeviceId(OTHER).build());
        cancel("c1", OTHER, OTHER);
        bench.readJournal();
        bench.permits = 9;
        bench.work();
        bench.endAll(Outcomes.of(Kind.DONE));

        assertThat(results())
                .extracting(CommandResult::getDeviceId, CommandResult::getStatus)
                .containsExactlyInAnyOrder(tuple(OTHER, Status.CANCELLED), tuple(DEVICE, Status.SUCCEEDED));
    }

    @Test
    void atTheSameDeviceOtherContentIsAConflictStill() {
        bench.publish(command("c1").build());
        bench.publish(command("c1").setDeviceId(OTHER).build());
        bench.publish(command("c1").setArgument("other").build());

        assertThat(results()).singleElement().satisfies(result -> {
            assertThat(result.getStatus()).isEqualTo(Status.CONFLICT);
            assertThat(result.getDeviceId()).isEqualTo(DEVICE);
            assertThat(result.getDetail()).contains("c1", "at device " + DEVICE);
        });
    }

    @Test
    void everyCallerOfAnOpenRequestGetsACopyAndTheResultTopicOneResult() {
        bench.allowedReplyTopics.add("replies.two");
        bench.publish(command("c1").build(), headers("replies.one", "1", "00-a"));
        bench.publish(command("c1").build(), headers("replies.one", "2", "00-b"));
        bench.work();
        bench.publish(command("c1").build(), headers("replies.two", "1", "00-c"));
        bench.publish(command("c1").build(), headers("replies.two", "1", "00-d"));
        bench.publish(command("c1").build(), headers("replies.one", "2", "00-e"));
        bench.end(Outcomes.of(Kind.DONE));

        assertThat(bench.started).hasSize(1);
        assertThat(bench.read(bench.topics.commandResults()))
                .singleElement()
                .satisfies(result -> assertThat(result.headers())
                        .containsEntry("correlation-id", "1")
                        .containsEntry("traceparent", "00-a"));
        assertThat(bench.read(bench.topics.replies()))
                .extracting(
                        copy -> copy.headers().get("fleet-reply-topic"),
                        copy -> copy.headers().get("correlation-id"),
                        copy -> copy.headers().get("traceparent"))
                .containsExactly(
                        tuple("replies.one", "1", "00-a"),
                        tuple("replies.one", "2", "00-b"),
                        tuple("replies.two", "1", "00-c"));
    }

    @Test
    void callersWithoutReplyTopicFindTheirCorrelationOnTheOneResultTheLatestLast() {
        bench.publish(command("c1").build(), headers("", "first", "00-a"));
        bench.publish(command("c1").build(), headers("", "second", "00-b"));
        bench.publish(command("c1").build(), headers("", "first", "00-c"));
        bench.publish(command("c1").build(), headers("replies.one", "third", "00-d"));
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));

        assertThat(bench.rawHeaders(bench.topics.commandResults()))
                .singleElement()
                .satisfies(headers -> {
                    assertThat(texts(headers, "correlation-id")).containsExactly("first", "second");
                    assertThat(texts(headers, "traceparent")).containsExactly("00-a");
                });
    }

    @Test
    void aReplyTopicThatThePolicyForbidsGetsNothingHoweverOftenOthersAsked() {
        bench.publish(command("c1").build(), headers("replies.one", "1", "00-a"));
        bench.publish(command("c1").build(), headers("replies.forbidden", "2", "00-b"));
        assertThat(results()).extracting(CommandResult::getReason).containsExactly(Reason.REPLY_TOPIC_REFUSED);
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));

        assertThat(results()).extracting(CommandResult::getStatus).containsExactly(Status.SUCCEEDED);
        assertThat(bench.copiesFor("replies.one")).hasSize(1);
    }

    @Test
    void theNextOwnerOfThePartitionKnowsEveryCaller() {
        bench.publish(command("c1").build(), headers("replies.one", "1", "00-a"));
        bench.publish(command("c1").build(), headers("replies.one", "2", "00-b"));
        bench.work();

        LedgerStore next = new LedgerStore(
                bench.store(LedgerStore.OPEN), bench.store(LedgerStore.INDEX), bench.store(LedgerStore.DEADLINES));
        assertThat(next.find(bench.started.get(0).request().key()).orElseThrow().others())
                .extracting(asker -> asker.replyTo().topic())
                .containsExactly("replies.one");
    }

    @Test
    void pollsWithACoalescedReadSendCopiesToAllTheirCallers() {
        bench.permits = 1;
        bench.publish(poll("p1").build());
        bench.publish(poll("p2").build());
        bench.pipe(
                bench.topics.polls(),
                DEVICE,
                bench.bytes(bench.topics.polls(), poll("p2").build()),
                headers("replies.one", "2", "00-b"));
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));

        assertThat(bench.read(bench.topics.pollResults())).hasSize(2);
        assertThat(bench.copiesFor("replies.one")).singleElement().satisfies(copy -> {
            assertThat(((PollResult) copy.value()).getRequestId()).isEqualTo("p2");
            assertThat(copy.headers()).containsEntry("correlation-id", "2");
        });
    }

    @Test
    void aRequestInTheWrongPartitionIsInvalidAndNamesTheRemedy() {
        bench.close();
        bench = TopologyBench.ofPartitions(5);
        String expected = deviceOf(0);
        String wrong = deviceOf(3);
        bench.publish(command("c1").setDeviceId(wrong).build());
        bench.publish(command("c1").setDeviceId(expected).build());
        bench.publish(poll("p1").setDeviceId(wrong).build());
        bench.work();

        assertThat(bench.started).extracting(call -> call.request().deviceId()).containsExactly(expected);
        assertThat(results()).singleElement().satisfies(result -> {
            assertThat(result.getStatus()).isEqualTo(Status.INVALID);
            assertThat(result.getReason()).isEqualTo(Reason.WRONG_PARTITION);
            assertThat(result.getRequestId()).isEqualTo("c1");
            assertThat(result.getDetail())
                    .contains("partition 0 of t.commands", "partition 3 of 5", "partitioner=murmur2_random", "kafkajs")
                    .doesNotEndWith("…");
        });
        assertThat(bench.read(bench.topics.pollResults()))
                .extracting(record -> ((PollResult) record.value()).getReason())
                .containsExactly(Reason.WRONG_PARTITION);
        assertThat(failed())
                .extracting(FailedRequest::getReason)
                .containsExactly(Reason.WRONG_PARTITION, Reason.WRONG_PARTITION);
    }

    @Test
    void aCancellationInTheWrongPartitionIsPublishedForOperationsAndCancelsNothing() {
        bench.close();
        bench = TopologyBench.ofPartitions(5);
        String wrong = deviceOf(3);
        cancel("c1", wrong, wrong);

        assertThat(failed()).singleElement().satisfies(failed -> {
            assertThat(failed.getReason()).isEqualTo(Reason.WRONG_PARTITION);
            assertThat(failed.getRequestId()).isEqualTo("c1");
            assertThat(failed.getDeviceId()).isEqualTo(wrong);
            assertThat(failed.getSourceTopic()).isEqualTo(bench.topics.cancellations());
            assertThat(failed.getAnswer()).as("nobody waits for one").isNull();
        });
        assertThat(results()).isEmpty();
        assertThat(bench.seen.events).noneMatch(event -> event.startsWith("answered"));
        assertThat(bench.<Object, Object>store(LedgerStore.INDEX).approximateNumEntries())
                .isZero();
    }

    @Test
    void whatIsWrongWithTheKeyItselfIsSaidFirst() {
        bench.close();
        bench = TopologyBench.ofPartitions(5);
        String wrong = deviceOf(3);
        byte[] value = bench.bytes(
                bench.topics.commands(), command("c1").setDeviceId(wrong).build());
        bench.pipe(bench.topics.commands(), (byte[]) null, value, new RecordHeaders());
        bench.pipe(bench.topics.commands(), deviceOf(2), value, new RecordHeaders());
        bench.pipe(bench.topics.commands(), wrong, new byte[] {1, 2}, new RecordHeaders());

        assertThat(failed())
                .extracting(FailedRequest::getReason)
                .containsExactly(Reason.KEY_MISMATCH, Reason.KEY_MISMATCH, Reason.UNREADABLE);
    }

    private static String deviceOf(int partition) {
        return IntStream.range(0, 1_000)
                .mapToObj(number -> String.format("%024x", number))
                .filter(device ->
                        Utils.toPositive(Utils.murmur2(device.getBytes(StandardCharsets.UTF_8))) % 5 == partition)
                .findFirst()
                .orElseThrow();
    }

    private void cancel(String id, String device, String key) {
        Cancellation cancellation = Cancellation.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setCreatedAt(TopologyBench.START)
                .build();
        bench.pipe(
                bench.topics.cancellations(),
                key,
                bench.bytes(bench.topics.cancellations(), cancellation),
                new RecordHeaders());
    }

    private static Headers headers(String replyTopic, String correlation, String trace) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("reply-to", replyTopic.getBytes(StandardCharsets.UTF_8));
        headers.add("correlation-id", correlation.getBytes(StandardCharsets.UTF_8));
        headers.add("traceparent", trace.getBytes(StandardCharsets.UTF_8));
        return headers;
    }

    private static List<String> texts(Headers headers, String name) {
        return Stream.of(headers.toArray())
                .filter(header -> header.key().equals(name))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .toList();
    }

    private List<CommandResult> results() {
        return bench.read(bench.topics.commandResults()).stream()
                .map(record -> (CommandResult) record.value())
                .toList();
    }

    private List<FailedRequest> failed() {
        return bench.read(bench.topics.failedRequests()).stream()
                .map(record -> (FailedRequest) record.value())
                .toList();
    }
}
