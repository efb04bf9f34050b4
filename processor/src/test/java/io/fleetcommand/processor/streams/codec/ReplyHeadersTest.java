package io.fleetcommand.processor.streams.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.request.ReplyTo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyHeadersTest {
    @Test
    void springsHeadersAndOursNameTheTopic() {
        assertThat(read("kafka_replyTopic", "a").topic()).isEqualTo("a");
        assertThat(read("reply-to", "a", "kafka_replyTopic", "b").topic()).isEqualTo("a");
        assertThat(read("other", "a")).isEqualTo(ReplyTo.NOBODY);
    }

    @Test
    void ofARepeatedHeaderTheLastOneCounts() {
        ReplyTo read = read("reply-to", "a", "correlation-id", "1", "correlation-id", "2", "reply-to", "b");

        assertThat(read.topic()).isEqualTo("b");
        assertThat(read.echoed()).containsExactly(header("correlation-id", "2"));
    }

    @Test
    void repeatedTraceHeadersDoNotCrowdOutTheCorrelationId() {
        RecordHeaders headers = new RecordHeaders();
        for (int count = 0; count < 1_000; count++) {
            headers.add("traceparent", bytes("00-" + count));
            headers.add("tracestate", bytes("s" + count));
        }
        headers.add("kafka_correlationId", bytes("id"));

        assertThat(ReplyHeaders.read(headers).replyTo().echoed())
                .containsExactlyInAnyOrder(
                        header("kafka_correlationId", "id"),
                        header("traceparent", "00-999"),
                        header("tracestate", "s999"));
    }

    @Test
    void aLastHeaderWithoutAValueIsNone() {
        RecordHeaders headers = new RecordHeaders();
        for (String name : List.of("reply-to", "kafka_replyPartition", "correlation-id", "traceparent")) {
            headers.add(name, bytes("x")).add(name, null);
        }
        headers.add("kafka_correlationId", bytes("id"));

        assertThat(ReplyHeaders.read(headers))
                .isEqualTo(new ReplyHeaders(
                        new ReplyTo("", ReplyTo.ANY_PARTITION, List.of(header("kafka_correlationId", "id"))),
                        Optional.empty()));
    }

    @Test
    void anEmptyReplyTopicIsNoneAndAnEmptyCorrelationIsOne() {
        assertThat(read("reply-to", "", "kafka_replyTopic", "b", "correlation-id", ""))
                .isEqualTo(new ReplyTo("b", ReplyTo.ANY_PARTITION, List.of(header("correlation-id", ""))));
    }

    @Test
    void traceStateWithoutEndCostsNothingButItself() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("tracestate", new byte[60_000]);
        headers.add("traceparent", bytes("00-a"));
        headers.add("correlation-id", new byte[] {-1, -2, 0});
        headers.add("kafka_correlationId", new byte[1_024]);

        assertThat(ReplyHeaders.read(headers).replyTo().echoed())
                .containsExactly(
                        new ReplyTo.Header("correlation-id", new byte[] {-1, -2, 0}),
                        new ReplyTo.Header("kafka_correlationId", new byte[1_024]),
                        header("traceparent", "00-a"));
    }

    @Test
    void ofSeveralReplyPartitionsTheLastCountsAndATopicThatIsNoTextIsNoTopicThatCouldBe() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("kafka_replyTopic", new byte[] {(byte) 0xC3, 0x28});
        headers.add("kafka_replyPartition", new byte[3]);
        headers.add("kafka_replyPartition", new byte[] {0, 0, 0, 7});

        assertThat(ReplyHeaders.read(headers))
                .isEqualTo(new ReplyHeaders(new ReplyTo("\uFFFD(", 7, List.of()), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({"correlation-id, 1024", "kafka_correlationId, 1024", "traceparent, 64", "tracestate, 512"})
    void aHeaderThatIsTooLongIsNotRepeated(String name, int longest) {
        assertThat(read(name, "x".repeat(longest)).echoed()).hasSize(1);
        assertThat(read(name, "x".repeat(longest + 1)).echoed()).isEmpty();
    }

    @Test
    void aPartitionIsFourBytesBigEndFirst() {
        assertThat(partition(new byte[] {0, 0, 1, 2}).replyTo().partition()).isEqualTo(258);
        assertThat(partition(new byte[] {0, 0, 0, 0}).fault()).isEmpty();
    }

    @Test
    void aPartitionThatIsNoneIsAFaultAndNotLeftToTheKey() {
        for (byte[] none : List.of(new byte[0], bytes("3"), new byte[8], new byte[] {-1, -1, -1, -1})) {
            assertThat(partition(none).fault()).isPresent();
        }
    }

    @Test
    void aPartitionOfNoTopicSaysNothing() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("kafka_replyPartition", new byte[3]);

        assertThat(ReplyHeaders.read(headers).fault()).isEmpty();
    }

    private static ReplyHeaders partition(byte[] value) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("reply-to", bytes("a"));
        headers.add("kafka_replyPartition", value);
        return ReplyHeaders.read(headers);
    }

    private static ReplyTo read(String... namesAndValues) {
        RecordHeaders headers = new RecordHeaders();
        for (int place = 0; place < namesAndValues.length; place += 2) {
            headers.add(namesAndValues[place], bytes(namesAndValues[place + 1]));
        }
        return ReplyHeaders.read(headers).replyTo();
    }

    private static ReplyTo.Header header(String name, String text) {
        return new ReplyTo.Header(name, bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
