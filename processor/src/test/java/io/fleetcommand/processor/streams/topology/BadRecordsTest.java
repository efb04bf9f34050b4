package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records that are no valid requests: each is kept for operations, and the stream goes on. */
class BadRecordsTest {
    private final TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void garbageIsPublishedForOperationsAndTheStreamGoesOn() {
        byte[] garbage = "not avro".getBytes(StandardCharsets.UTF_8);
        bench.pipe(bench.topics.commands(), DEVICE, garbage, new RecordHeaders());
        bench.publish(command("c1").build());
        bench.work();

        assertThat(bench.failed()).singleElement().satisfies(failed -> {
            assertThat(failed.getReason()).isEqualTo(Reason.UNREADABLE);
            assertThat(failed.getStatus()).isEqualTo(Status.INVALID);
            assertThat(failed.getRawValue()).isEqualTo(ByteBuffer.wrap(garbage));
            assertThat(failed.getRawKey()).isEqualTo(ByteBuffer.wrap(DEVICE.getBytes(StandardCharsets.UTF_8)));
            assertThat(failed.getSourceTopic()).isEqualTo(bench.topics.commands());
            assertThat(failed.getSourceOffset()).isZero();
            assertThat(failed.getRequest()).isNull();
        });
        assertThat(bench.results()).isEmpty();
        assertThat(bench.started).hasSize(1);
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

        assertThat(bench.failed())
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
        assertThat(bench.results())
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
}
