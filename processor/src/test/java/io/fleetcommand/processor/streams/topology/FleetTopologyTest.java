package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.core.request.Requests.key;
import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.ValueType;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.model.VariableSnapshot;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.processor.streams.codec.Values;
import io.fleetcommand.processor.streams.store.LedgerStore;
import io.fleetcommand.processor.streams.store.RocksDbMemoryConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.CachingKeyValueStore;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FleetTopologyTest {
    private final TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aCommandIsClaimedCalledAndAnswered() {
        bench.publish(command("c1").setRequester("lights").setArgument("up").build());
        bench.work();

        assertThat(bench.started).singleElement().satisfies(call -> {
            assertThat(call.request().id()).isEqualTo("c1");
            assertThat(call.request().product()).isEqualTo("rockets");
            assertThat(call.attempt()).isEqualTo(1);
        });
        assertThat(bench.read(bench.topics.commandResults())).isEmpty();

        bench.end(Outcomes.of(Kind.DONE));
        assertThat(bench.read(bench.topics.commandResults())).singleElement().satisfies(record -> {
            CommandResult result = (CommandResult) record.value();
            assertThat(record.key()).isEqualTo(DEVICE);
            assertThat(result.getRequestId()).isEqualTo("c1");
            assertThat(result.getDeviceId()).isEqualTo(DEVICE);
            assertThat(result.getProduct()).isEqualTo("rockets");
            assertThat(result.getFunction()).isEqualTo("launch");
            assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.getReturnValue()).isEqualTo(42);
            assertThat(result.getHttpStatus()).isEqualTo(200);
            assertThat(result.getAttempts()).isEqualTo(1);
            assertThat(result.getRequester()).isEqualTo("lights");
            assertThat(result.getCloudMs()).isEqualTo(10);
        });
        assertThat(bench.read(bench.topics.failedRequests())).isEmpty();
        assertThat(bench.inUse).isZero();
    }

    @Test
    void anObserverSeesEveryChangeOnceAndTheEnd() {
        bench.publish(command("c1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        bench.publish(command("c1").build());
        bench.pipe(bench.topics.commands(), DEVICE, new byte[] {1}, new RecordHeaders());
        bench.close();

        assertThat(bench.seen.events)
                .containsExactly(
                        "c1 NEW READY",
                        "c1 READY CLAIMING",
                        "c1 CLAIMING CALLED",
                        "c1 CALLED FINAL",
                        "answered c1 SUCCEEDED",
                        "repeated c1",
                        "answered  INVALID",
                        "ended");
    }

    @Test
    void aPollGivesAResultAndASnapshot() {
        bench.publish(poll("p1").build());
        bench.work();
        bench.end(new Outcome(
                Kind.DONE,
                io.fleetcommand.processor.core.request.Reason.NONE,
                "",
                new Value.Fraction(21.5),
                200,
                0,
                true,
                5));

        assertThat(bench.read(bench.topics.pollResults())).singleElement().satisfies(record -> {
            PollResult result = (PollResult) record.value();
            assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.getVariable()).isEqualTo("temperature");
            assertThat(result.getValue()).isEqualTo(21.5);
        });
        assertThat(bench.read(bench.topics.variableSnapshots())).singleElement().satisfies(record -> {
            VariableSnapshot snapshot = (VariableSnapshot) record.value();
            assertThat(record.key()).isEqualTo(DEVICE + "/temperature");
            assertThat(snapshot.getValueType()).isEqualTo(ValueType.DOUBLE);
            assertThat(snapshot.getDoubleValue()).isEqualTo(21.5);
            assertThat(snapshot.getLongValue()).isNull();
            assertThat(snapshot.getRequestId()).isEqualTo("p1");
        });
    }

    static Stream<Arguments> values() {
        String exact = "a\0b\uFFFD\ud83d\ude00";
        return Stream.of(
                Arguments.of(new Value.Fraction(25.25), ValueType.DOUBLE, 25.25, null, null, null),
                Arguments.of(new Value.Whole(21), ValueType.LONG, 21.0, 21L, null, null),
                Arguments.of(new Value.Whole(-1), ValueType.LONG, -1.0, -1L, null, null),
                Arguments.of(new Value.Whole(Long.MAX_VALUE), ValueType.LONG, 0x1p63, Long.MAX_VALUE, null, null),
                Arguments.of(new Value.Fraction(-0.0), ValueType.DOUBLE, -0.0, null, null, null),
                Arguments.of(Value.NONE, ValueType.DOUBLE, null, null, null, null),
                Arguments.of(new Value.Truth(false), ValueType.BOOLEAN, null, null, false, null),
                Arguments.of(new Value.Text(""), ValueType.STRING, null, null, null, ""),
                Arguments.of(new Value.Text(exact), ValueType.STRING, null, null, null, exact));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueFillsTheColumnsOfItsTypeAndEveryNumberTheOneOfNumbers(
            Value value, ValueType type, Double number, Long whole, Boolean truth, String text) {
        bench.publish(poll("p1").build());
        bench.work();
        bench.end(
                new Outcome(Kind.DONE, io.fleetcommand.processor.core.request.Reason.NONE, "", value, 200, 0, true, 5));
        // From the ledger, which stores it for repeated requests.
        bench.publish(poll("p2").setMaxAgeMs(60_000).build());

        assertThat(bench.read(bench.topics.pollResults())).hasSize(2).allSatisfy(published -> {
            PollResult result = (PollResult) published.value();
            assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.getValueType()).isEqualTo(type);
            assertThat(result.getDoubleValue()).isEqualTo(number);
            assertThat(result.getValue()).isEqualTo(Values.toAvro(value));
        });
        assertThat(bench.read(bench.topics.variableSnapshots())).singleElement().satisfies(published -> {
            VariableSnapshot snapshot = (VariableSnapshot) published.value();
            assertThat(snapshot.getValueType()).isEqualTo(type);
            assertThat(snapshot.getDoubleValue()).isEqualTo(number);
            assertThat(snapshot.getLongValue()).isEqualTo(whole);
            assertThat(snapshot.getBooleanValue()).isEqualTo(truth);
            assertThat(snapshot.getStringValue()).isEqualTo(text == null ? null : text.replace('\0', '\uFFFD'));
            assertThat(snapshot.getStringAltered()).isEqualTo(text != null && text.contains("\0"));
        });
    }

    @Test
    void aPollThatDidNotSucceedHasNoTypeOfValue() {
        bench.publish(poll("p1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.REFUSED));

        assertThat(bench.read(bench.topics.pollResults())).singleElement().satisfies(published -> {
            PollResult result = (PollResult) published.value();
            assertThat(result.getStatus()).isEqualTo(Status.REJECTED);
            assertThat(result.getValueType()).isNull();
            assertThat(result.getDoubleValue()).isNull();
        });
    }

    @Test
    void aRejectionGoesToTheResultsAndToOperations() {
        bench.publish(command("c1").setArgument("x").build());
        bench.work();
        bench.end(Outcomes.of(Kind.REFUSED));

        assertThat(results()).singleElement().satisfies(result -> {
            assertThat(result.getStatus()).isEqualTo(Status.REJECTED);
            assertThat(result.getReason()).isEqualTo(Reason.FUNCTION_NOT_FOUND);
            assertThat(result.getHttpStatus()).isEqualTo(404);
        });
        assertThat(failed()).singleElement().satisfies(failed -> {
            DeviceCommand request = (DeviceCommand) failed.getRequest();
            assertThat(request.getRequestId()).isEqualTo("c1");
            assertThat(request.getArgument()).isEqualTo("x");
            assertThat(failed.getReason()).isEqualTo(Reason.FUNCTION_NOT_FOUND);
            assertThat(((CommandResult) failed.getAnswer()).getStatus()).isEqualTo(Status.REJECTED);
            assertThat(failed.getSourceTopic()).isEqualTo(bench.topics.commands());
            assertThat(failed.getRawValue()).isNull();
        });
    }

    @Test
    void anUncertainCallIsRetriedAfterItsBackOff() {
        bench.publish(command("c1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.UNCERTAIN));
        bench.pass(Duration.ofMillis(900));
        bench.readJournal();
        assertThat(bench.started).hasSize(1);

        bench.pass(Duration.ofMillis(200));
        bench.readJournal();
        assertThat(bench.started).hasSize(2);
        assertThat(bench.started.get(1).attempt()).isEqualTo(2);
    }

    @Test
    void anUncertainAtMostOnceCallIsNotRepeated() {
        bench.publish(command("c1").setGuarantee(Guarantee.AT_MOST_ONCE).build());
        bench.work();
        bench.end(Outcomes.of(Kind.UNCERTAIN));
        bench.pass(Duration.ofMinutes(10));
        bench.readJournal();

        assertThat(bench.started).hasSize(1);
        assertThat(results()).extracting(CommandResult::getStatus).containsExactly(Status.OUTCOME_UNKNOWN);
    }

    @Test
    void aFloodOfOverdueRequestsLeavesTheJournalToTheOthers() {
        int flood = 500;
        bench.permits = 0;
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

        assertThat(results())
                .hasSize(flood)
                .extracting(CommandResult::getStatus)
                .containsOnly(Status.EXPIRED);
    }

    @Test
    void aRequestWhoseDeadlinePassesIsAnsweredOnceTheJournalSaysSo() {
        bench.permits = 0;
        bench.publish(
                command("c1").setDeadline(TopologyBench.START.plusSeconds(5)).build());
        bench.pass(Duration.ofSeconds(6));
        assertThat(results()).isEmpty();
        assertThat(bench.appended).singleElement().isInstanceOf(JournalEvent.Terminated.class);

        bench.readJournal();
        assertThat(results()).extracting(CommandResult::getStatus).containsExactly(Status.EXPIRED);
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
        assertThat(results()).extracting(CommandResult::getRequestId).isEqualTo(ids);
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
    void aCancelledRequestIsNotCalled() {
        bench.permits = 0;
        bench.publish(command("c1").build());
        Cancellation cancellation = Cancellation.newBuilder()
                .setRequestId("c1")
                .setDeviceId(DEVICE)
                .setCreatedAt(TopologyBench.START)
                .build();
        bench.pipe(
                bench.topics.cancellations(),
                DEVICE,
                bench.bytes(bench.topics.cancellations(), cancellation),
                new RecordHeaders());
        bench.readJournal();
        bench.permits = 9;
        bench.work();

        assertThat(bench.started).isEmpty();
        assertThat(results()).extracting(CommandResult::getStatus).containsExactly(Status.CANCELLED);
        assertThat(failed()).isEmpty();
    }

    @Test
    void theSameRequestTwiceIsCalledOnceAndAnsweredAgainToTheOneWhoAskedAgain() {
        bench.publish(command("c1").build());
        bench.publish(command("c1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        bench.work();
        assertThat(bench.started).hasSize(1);
        assertThat(results()).hasSize(1);

        bench.publish(command("c1").build(), replyTo("replies.one"));
        assertThat(results()).isEmpty();
        assertThat(bench.copiesFor("replies.one"))
                .singleElement()
                .satisfies(record ->
                        assertThat(((CommandResult) record.value()).getStatus()).isEqualTo(Status.SUCCEEDED));
    }

    @Test
    void anotherRequestUnderTheSameIdIsAConflict() {
        bench.publish(command("c1").build());
        bench.publish(command("c1").setArgument("other").build());

        assertThat(results()).extracting(CommandResult::getStatus).containsExactly(Status.CONFLICT);
        assertThat(failed()).extracting(FailedRequest::getReason).containsExactly(Reason.ID_REUSED);
        bench.work();
        assertThat(bench.started).hasSize(1);
    }

    @Test
    void theCallerGetsItsOwnCopyWithItsHeadersEchoed() {
        RecordHeaders headers = replyTo("replies.one");
        headers.add("kafka_correlationId", new byte[] {1, 2, 3});
        headers.add("traceparent", "00-aa-bb-01".getBytes(StandardCharsets.UTF_8));
        headers.add("unrelated", "x".getBytes(StandardCharsets.UTF_8));
        bench.publish(command("c1").build(), headers);
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));

        Map<String, String> echoed = Map.of(
                "kafka_correlationId",
                new String(new byte[] {1, 2, 3}, StandardCharsets.UTF_8),
                "traceparent",
                "00-aa-bb-01");
        assertThat(bench.copiesFor("replies.one")).singleElement().satisfies(record -> {
            assertThat(record.headers()).isEqualTo(echoed);
            assertThat(((CommandResult) record.value()).getRequestId()).isEqualTo("c1");
        });
        assertThat(bench.read(bench.topics.commandResults()))
                .singleElement()
                .satisfies(record -> assertThat(record.headers()).isEqualTo(echoed));
    }

    @Test
    void aReplyTopicThatIsNotAllowedMakesTheRequestInvalid() {
        bench.publish(command("c1").build(), replyTo("fleet.commands"));

        assertThat(results()).singleElement().satisfies(result -> {
            assertThat(result.getStatus()).isEqualTo(Status.INVALID);
            assertThat(result.getReason()).isEqualTo(Reason.REPLY_TOPIC_REFUSED);
        });
        bench.work();
        assertThat(bench.started).isEmpty();
    }

    @Test
    void aCopyIsPartOfTheTransactionAndSaysWhereItGoesAndWhoseItIs() {
        RecordHeaders headers = replyTo("replies.one");
        headers.add("kafka_replyPartition", new byte[] {0, 0, 0, 3});
        bench.publish(command("c1").build(), headers);
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));

        assertThat(bench.read("replies.one")).isEmpty();
        assertThat(bench.read(bench.topics.replies())).singleElement().satisfies(copy -> {
            assertThat(copy.key()).isEqualTo(DEVICE);
            assertThat(copy.headers())
                    .isEqualTo(Map.of(
                            "fleet-reply-topic", "replies.one",
                            "fleet-reply-partition", "3",
                            "fleet-request-id", "c1",
                            "fleet-request-topic", "t.commands",
                            "fleet-request-partition", "0"));
        });
    }

    @Test
    void aReplyPartitionThatIsNoneMakesTheRequestInvalid() {
        for (byte[] partition : List.of(new byte[] {-1, -1, -1, -1}, new byte[] {0, 0, 1}, new byte[8])) {
            RecordHeaders headers = replyTo("replies.one");
            headers.add("kafka_replyPartition", partition);
            bench.publish(command("c1").build(), headers);

            assertThat(results()).singleElement().satisfies(result -> {
                assertThat(result.getReason()).isEqualTo(Reason.REPLY_TOPIC_REFUSED);
                assertThat(result.getDetail()).contains("kafka_replyPartition");
            });
            assertThat(bench.read(bench.topics.replies())).isEmpty();
        }
        bench.work();
        assertThat(bench.started).isEmpty();
    }

    @Test
    void garbageIsPublishedForOperationsAndTheStreamGoesOn() {
        byte[] garbage = "not avro".getBytes(StandardCharsets.UTF_8);
        bench.pipe(bench.topics.commands(), DEVICE, garbage, new RecordHeaders());
        bench.publish(command("c1").build());
        bench.work();

        assertThat(failed()).singleElement().satisfies(failed -> {
            assertThat(failed.getReason()).isEqualTo(Reason.UNREADABLE);
            assertThat(failed.getStatus()).isEqualTo(Status.INVALID);
            assertThat(failed.getRawValue()).isEqualTo(ByteBuffer.wrap(garbage));
            assertThat(failed.getRawKey()).isEqualTo(ByteBuffer.wrap(DEVICE.getBytes(StandardCharsets.UTF_8)));
            assertThat(failed.getSourceTopic()).isEqualTo(bench.topics.commands());
            assertThat(failed.getSourceOffset()).isZero();
            assertThat(failed.getRequest()).isNull();
        });
        assertThat(results()).isEmpty();
        assertThat(bench.started).hasSize(1);
    }

    @Test
    void garbageFromACallerThatNamesItsReplyTopicIsAnsweredThere() {
        RecordHeaders headers = replyTo("replies.one");
        headers.add("correlation-id", "42".getBytes(StandardCharsets.UTF_8));
        bench.pipe(bench.topics.polls(), DEVICE, new byte[] {7}, headers);

        assertThat(bench.copiesFor("replies.one")).singleElement().satisfies(record -> {
            PollResult result = (PollResult) record.value();
            assertThat(result.getStatus()).isEqualTo(Status.INVALID);
            assertThat(result.getReason()).isEqualTo(Reason.UNREADABLE);
            assertThat(record.headers()).containsEntry("correlation-id", "42");
        });
        assertThat(bench.read(bench.topics.pollResults())).hasSize(1);
    }

    @Test
    void everyKindOfBadRecordEndsInTheFailedRequestsWithItsReason() {
        bench.pipe(bench.topics.commands(), DEVICE, null, new RecordHeaders());
        bench.pipe(bench.topics.commands(), DEVICE, new byte[] {0, 0, 0, 1, 1, 9}, new RecordHeaders());
        bench.pipe(
                bench.topics.commands(),
                DEVICE,
                bench.bytes(bench.topics.polls(), poll("p").build()),
                new RecordHeaders());
        bench.publish(command("c1").setDeviceId("").build());
        bench.publish(command("c2").setArgument("a".repeat(2_000)).build());
        bench.publish(command("c3").setFunction("a/b").build());
        bench.pipe(
                bench.topics.commands(),
                (byte[]) null,
                bench.bytes(bench.topics.commands(), command("c4").build()),
                new RecordHeaders());
        bench.pipe(bench.topics.cancellations(), DEVICE, new byte[] {1}, new RecordHeaders());
        bench.pipe(bench.topics.attempts(), "c1", new byte[] {1}, new RecordHeaders());

        assertThat(failed())
                .extracting(FailedRequest::getRequestId, FailedRequest::getDeviceId, FailedRequest::getReason)
                .containsExactly(
                        tuple("", DEVICE, Reason.NO_VALUE),
                        tuple("", DEVICE, Reason.UNKNOWN_SCHEMA),
                        tuple("", DEVICE, Reason.UNREADABLE),
                        tuple("c1", "", Reason.MISSING_FIELD),
                        tuple("c2", DEVICE, Reason.ARGUMENT_TOO_LONG),
                        tuple("c3", DEVICE, Reason.ILLEGAL_NAME),
                        tuple("c4", DEVICE, Reason.KEY_MISMATCH),
                        tuple("", DEVICE, Reason.UNREADABLE),
                        tuple("", "", Reason.UNREADABLE));
        assertThat(results())
                .extracting(CommandResult::getRequestId, CommandResult::getStatus)
                .containsExactly(
                        tuple("c1", Status.INVALID),
                        tuple("c2", Status.INVALID),
                        tuple("c3", Status.INVALID),
                        tuple("c4", Status.INVALID));
    }

    @Test
    void aRecordThatIsTooLongIsRefusedInOneThatIsNot() {
        byte[] long1 = bench.bytes(
                bench.topics.commands(),
                command("c".repeat(900_000)).setRequester("r".repeat(100_000)).build());
        Headers headers = new RecordHeaders();
        headers.add("reply-to", "replies.one".getBytes(StandardCharsets.UTF_8));
        headers.add("correlation-id", "abc".getBytes(StandardCharsets.UTF_8));
        headers.add("traceparent", new byte[500_000]);
        bench.pipe(bench.topics.commands(), "k".repeat(100_000), long1, headers);
        bench.pipe(bench.topics.cancellations(), DEVICE, new byte[1_000_000], new RecordHeaders());

        List<TopologyBench.Outgoing> kept = bench.read(bench.topics.failedRequests());
        assertThat(kept)
                .extracting(record -> (FailedRequest) record.value())
                .extracting(FailedRequest::getReason, FailedRequest::getDeviceId)
                .containsExactly(tuple(Reason.OUT_OF_RANGE, ""), tuple(Reason.OUT_OF_RANGE, DEVICE));
        FailedRequest failed = (FailedRequest) kept.get(0).value();
        assertThat(failed.getDetail()).contains("a key of 100000 and a value of 10000");
        assertThat(failed.getRawValue().remaining()).isEqualTo(262_144);
        assertThat(kept.get(0).key()).hasSize(1_024);
        List<TopologyBench.Outgoing> replies = bench.copiesFor("replies.one");
        assertThat(replies).hasSize(1);
        assertThat(replies.get(0).headers()).isEqualTo(Map.of("correlation-id", "abc"));
        assertThat(((CommandResult) replies.get(0).value()).getStatus()).isEqualTo(Status.INVALID);
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

    @Test
    void anAnswerIsForgottenAnEighthAfterTheDedupeTimeAtTheLatest() {
        bench.publish(command("c1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        bench.pass(Duration.ofMinutes(59));
        bench.publish(command("c1").build());
        bench.work();
        assertThat(bench.started).hasSize(1);

        bench.pass(Duration.ofMinutes(9));
        bench.publish(command("c1")
                .setDeadline(TopologyBench.START.plusSeconds(9_000))
                .build());
        bench.work();
        assertThat(bench.started).hasSize(2);
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

    private static RecordHeaders replyTo(String topic) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("reply-to", topic.getBytes(StandardCharsets.UTF_8));
        return headers;
    }
}
