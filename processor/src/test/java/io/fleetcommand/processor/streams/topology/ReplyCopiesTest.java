package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.replyTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Copies of results for the reply topics that callers name in headers. */
class ReplyCopiesTest {
    private final TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
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

        assertThat(bench.results()).singleElement().satisfies(result -> {
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

            assertThat(bench.results()).singleElement().satisfies(result -> {
                assertThat(result.getReason()).isEqualTo(Reason.REPLY_TOPIC_REFUSED);
                assertThat(result.getDetail()).contains("kafka_replyPartition");
            });
            assertThat(bench.read(bench.topics.replies())).isEmpty();
        }
        bench.work();
        assertThat(bench.started).isEmpty();
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
}
