package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.core.request.Requests.key;
import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.request.IntakeLimits;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.processor.streams.codec.RequestIndexEntry;
import io.fleetcommand.processor.streams.store.LedgerStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Per-caller limits, from the record to its result. */
class LimitsTest {
    private final TopologyBench bench =
            new TopologyBench(new IntakeLimits(Duration.ofDays(7).toMillis(), 2));

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1_767_225_600, 1_767_225_600_000_000L, Long.MAX_VALUE})
    void aTimeInTheWrongUnitIsInvalidWhereverItStands(long ms) {
        Instant time = Instant.ofEpochMilli(ms);
        bench.publish(command("c1").setCreatedAt(time).build());
        bench.publish(command("c2").setDeadline(time).build());
        bench.publish(command("c3")
                .setCreatedAt(time)
                .setDeadline(TopologyBench.START.plusSeconds(9))
                .build());
        bench.publish(poll("p1").setDeadline(time).build());
        bench.work();

        assertThat(results()).hasSize(3).allSatisfy(result -> {
            assertThat(result.getStatus()).isEqualTo(Status.INVALID);
            assertThat(result.getReason()).isEqualTo(Reason.OUT_OF_RANGE);
            assertThat(result.getDetail()).contains(ms + " (" + time + ")");
        });
        assertThat(bench.read(bench.topics.pollResults())).hasSize(1);
        assertThat(bench.started).isEmpty();
        assertThat(indexEntries()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1_767_225_600, 1_767_225_600_000_000L, Long.MAX_VALUE})
    void aNotBeforeInTheWrongUnitDoesNotRunAtOnceOrNever(long ms) {
        bench.publish(command("c1").setNotBefore(Instant.ofEpochMilli(ms)).build());
        bench.work();

        assertThat(results())
                .singleElement()
                .satisfies(result -> assertThat(result.getReason()).isEqualTo(Reason.OUT_OF_RANGE));
        assertThat(bench.started).isEmpty();
    }

    @Test
    void aPollTakesAValueOfAnyAge() {
        bench.publish(poll("p1").build());
        bench.work();
        bench.end(new Outcome(
                Kind.DONE,
                io.fleetcommand.processor.core.request.Reason.NONE,
                "",
                new Value.Whole(7),
                200,
                0,
                true,
                5));
        bench.publish(poll("p2").setMaxAgeMs(Long.MAX_VALUE).build());

        assertThat(bench.read(bench.topics.pollResults())).hasSize(2);
        assertThat(bench.started).hasSize(1);
    }

    @Test
    void anIdThatCannotBeSeenIsRefusedAndShownInTheDetail() {
        bench.publish(command("c1\n\u001B[2J\u202E").build());
        bench.publish(command("c2").setRequester("lights\r\nERROR all is lost").build());

        assertThat(results())
                .satisfiesExactly(
                        id -> {
                            assertThat(id.getReason()).isEqualTo(Reason.ILLEGAL_NAME);
                            assertThat(id.getDetail()).contains("\"c1\\n\\u001B[2J\\u202E\"");
                        },
                        requester -> {
                            assertThat(requester.getReason()).isEqualTo(Reason.ILLEGAL_NAME);
                            assertThat(requester.getDetail()).contains("\"lights\\r\\nERROR all is lost\"");
                        });
        assertThat(indexEntries()).isZero();
    }

    @Test
    void whatTheCloudOrADeviceSaidIsMadeVisible() {
        bench.publish(command("c1").setArgument("\u001B[2J").build());
        bench.work();
        bench.end(new Outcome(
                Kind.REFUSED,
                io.fleetcommand.processor.core.request.Reason.REFUSED,
                "400 \u001B]0;title\u0007\nnext",
                Value.NONE,
                400,
                0,
                true,
                10));

        assertThat(results())
                .singleElement()
                .satisfies(result -> assertThat(result.getDetail()).isEqualTo("400 \\u001B]0;title\\u0007\\nnext"));
        assertThat(failed())
                .singleElement()
                .satisfies(failed -> assertThat(failed.getDetail()).isEqualTo("400 \\u001B]0;title\\u0007\\nnext"));
    }

    @Test
    void anInvalidCancellationIsPublishedForOperationsAndMakesNoEntry() {
        List<Cancellation> bad = List.of(
                cancellation("x".repeat(65_000), DEVICE, "ops"),
                cancellation("", DEVICE, "ops"),
                cancellation("c1\n", DEVICE, "ops"),
                cancellation("c1", "kitchen", "ops"),
                cancellation("c1", DEVICE.replace('0', '1'), "ops"),
                cancellation("c1", DEVICE, "x".repeat(201)),
                cancellation("c1", DEVICE, "ops\u0007"));
        bad.forEach(this::cancel);

        assertThat(failed())
                .extracting(FailedRequest::getReason, FailedRequest::getRequestId, FailedRequest::getDeviceId)
                .containsExactly(
                        tuple(Reason.OUT_OF_RANGE, "x".repeat(65_000), DEVICE),
                        tuple(Reason.MISSING_FIELD, "", DEVICE),
                        tuple(Reason.ILLEGAL_NAME, "c1\n", DEVICE),
                        tuple(Reason.ILLEGAL_NAME, "c1", "kitchen"),
                        tuple(Reason.KEY_MISMATCH, "c1", DEVICE.replace('0', '1')),
                        tuple(Reason.OUT_OF_RANGE, "c1", DEVICE),
                        tuple(Reason.ILLEGAL_NAME, "c1", DEVICE));
        assertThat(results()).isEmpty();
        assertThat(indexEntries()).isZero();

        bench.publish(command("c1").build());
        bench.work();
        assertThat(bench.started).hasSize(1);
    }

    @Test
    void aCancellationThatComesBeforeItsRequestIsStored() {
        cancel(cancellation("c1", DEVICE, "ops"));
        bench.publish(command("c1").build());
        bench.work();

        assertThat(bench.started).isEmpty();
        assertThat(results()).extracting(CommandResult::getStatus).containsExactly(Status.CANCELLED);
    }

    @Test
    void cancellationsOfUnknownRequestsAreLimitedAndOthersStillWork() {
        cancel(cancellation("x1", DEVICE, "ops"));
        cancel(cancellation("x2", DEVICE, "ops"));
        cancel(cancellation("x3", DEVICE, "ops"));
        assertThat(failed())
                .extracting(FailedRequest::getReason, FailedRequest::getRequestId, FailedRequest::getDeviceId)
                .containsExactly(tuple(Reason.OVERLOADED, "x3", DEVICE));
        assertThat(indexEntries()).isEqualTo(2);

        bench.permits = 0;
        bench.publish(command("c1").build());
        cancel(cancellation("c1", DEVICE, "ops"));
        bench.work();
        assertThat(results()).extracting(CommandResult::getStatus).containsExactly(Status.CANCELLED);

        bench.publish(command("x1").build());
        cancel(cancellation("x3", DEVICE, "ops"));
        assertThat(failed()).isEmpty();
        bench.pass(Duration.ofHours(2));
        bench.pass(Duration.ofHours(2));
        cancel(cancellation("x4", DEVICE, "ops"));
        cancel(cancellation("x5", DEVICE, "ops"));
        assertThat(failed()).isEmpty();
    }

    @Test
    void anInvalidJournalEventMakesNoEntry() {
        bench.journal(new JournalEvent.Claimed(key("x".repeat(30_000)), 1, "epoch", 0));
        bench.journal(new JournalEvent.Claimed(key("c1"), Integer.MAX_VALUE, "epoch", 0));
        bench.journal(new JournalEvent.Claimed(key("c1"), -1, "epoch", 0));

        assertThat(failed())
                .extracting(FailedRequest::getRequestId, FailedRequest::getDeviceId)
                .containsExactly(tuple("x".repeat(30_000), DEVICE), tuple("c1", DEVICE), tuple("c1", DEVICE));
        assertThat(results()).isEmpty();
        assertThat(indexEntries()).isZero();
    }

    @Test
    void numbersWithoutEndInTheJournalHoldUpNothing() {
        bench.publish(command("c1").build());
        bench.work();
        bench.journal(new JournalEvent.Claimed(key("c1"), 2, "other", Long.MAX_VALUE));
        bench.journal(new JournalEvent.Finished(
                key("c1"),
                2,
                "other",
                new Outcome(
                        Kind.THROTTLED,
                        io.fleetcommand.processor.core.request.Reason.NONE,
                        "",
                        Value.NONE,
                        429,
                        Long.MAX_VALUE,
                        false,
                        Long.MAX_VALUE),
                Long.MAX_VALUE,
                Long.MIN_VALUE));
        bench.pass(Duration.ofHours(2));
        bench.readJournal();
        bench.pass(Duration.ofHours(2));
        bench.readJournal();

        assertThat(results()).hasSize(1);
    }

    @Test
    void beyondTheLimitOfATopicAndPriorityOthersStillGetIn() {
        bench.permits = 0;
        bench.publish(command("c1").setPriority(Priority.BULK).build());
        bench.publish(command("c2").setPriority(Priority.BULK).build());
        bench.publish(command("c3").setPriority(Priority.BULK).build());
        bench.publish(command("u1").setPriority(Priority.URGENT).build());
        bench.publish(
                "t.commands.billing", command("b1").setPriority(Priority.BULK).build());
        bench.publish(poll("p1").build());

        assertThat(results()).singleElement().satisfies(result -> {
            assertThat(result.getRequestId()).isEqualTo("c3");
            assertThat(result.getStatus()).isEqualTo(Status.REJECTED);
            assertThat(result.getReason()).isEqualTo(Reason.OVERLOADED);
            assertThat(result.getDetail())
                    .contains("2 open BULK requests of t.commands")
                    .contains("never ran");
        });
        assertThat(failed()).hasSize(1);
        assertThat(indexEntries()).isEqualTo(5);
    }

    @Test
    void oneThatWasRejectedMayComeAgainAndOneThatIsKnownIsAnswered() {
        bench.publish(command("c1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        bench.permits = 0;
        bench.publish(command("c2").build());
        bench.publish(command("c3").build());
        bench.publish(command("c4").build());
        bench.publish(command("c1").build());
        bench.publish(command("c3").build());
        assertThat(results())
                .extracting(CommandResult::getRequestId, CommandResult::getStatus)
                .containsExactly(
                        tuple("c1", Status.SUCCEEDED), tuple("c4", Status.REJECTED), tuple("c1", Status.SUCCEEDED));

        bench.permits = 10;
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        bench.publish(command("c4").build());
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        assertThat(results())
                .extracting(CommandResult::getRequestId, CommandResult::getStatus)
                .containsExactly(
                        tuple("c2", Status.SUCCEEDED), tuple("c3", Status.SUCCEEDED), tuple("c4", Status.SUCCEEDED));
    }

    private static Cancellation cancellation(String requestId, String deviceId, String requester) {
        return Cancellation.newBuilder()
                .setRequestId(requestId)
                .setDeviceId(deviceId)
                .setRequester(requester)
                .setCreatedAt(TopologyBench.START)
                .build();
    }

    /** Publishes under the key of the bench's device. */
    private void cancel(Cancellation cancellation) {
        String topic = bench.topics.cancellations();
        bench.pipe(topic, DEVICE, bench.bytes(topic, cancellation), new RecordHeaders());
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

    private long indexEntries() {
        long count = 0;
        try (KeyValueIterator<String, RequestIndexEntry> all =
                bench.<String, RequestIndexEntry>store(LedgerStore.INDEX).all()) {
            for (; all.hasNext(); all.next()) {
                count++;
            }
        }
        return count;
    }
}
