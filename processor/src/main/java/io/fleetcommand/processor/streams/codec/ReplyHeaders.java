package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.request.ReplyTo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The request headers that name the reply address: our own and those of Spring's ReplyingKafkaTemplate. Of a repeated
 * header the last one counts, as in Kafka's {@code lastHeader}; a header without a value is ignored. Each header has
 * its own length limit, so that none uses up the room of another.
 *
 * @param fault why the address is invalid, for the caller; empty if it is valid
 */
public record ReplyHeaders(ReplyTo replyTo, Optional<String> fault) {
    private static final List<String> TOPIC = List.of("reply-to", "kafka_replyTopic");
    private static final String PARTITION = "kafka_replyPartition";

    /** Headers echoed on the result, each with its maximum length in bytes; longer ones are dropped. */
    private static final List<Echo> ECHOED = List.of(
            new Echo("correlation-id", 1_024),
            new Echo("kafka_correlationId", 1_024),
            new Echo("traceparent", 64),
            new Echo("tracestate", 512));

    private static final Set<String> READ = Stream.of(
                    TOPIC.stream(), Stream.of(PARTITION), ECHOED.stream().map(Echo::name))
            .flatMap(names -> names)
            .collect(Collectors.toUnmodifiableSet());

    /** One more than the maximum length of a topic name, so that a longer name stays invalid when it is cut. */
    private static final int MAX_TOPIC_BYTES = 250;

    private record Echo(String name, int maxBytes) {}

    public static ReplyHeaders read(Headers headers) {
        Map<String, byte[]> last = new HashMap<>();
        for (Header header : headers) {
            if (READ.contains(header.key())) {
                last.put(header.key(), header.value());
            }
        }
        String topic = topic(last);
        byte[] partition = last.get(PARTITION);
        List<ReplyTo.Header> echoed = echoed(last);
        if (topic.isEmpty() || partition == null) {
            return new ReplyHeaders(new ReplyTo(topic, ReplyTo.ANY_PARTITION, echoed), Optional.empty());
        }
        return partition.length == Integer.BYTES && number(partition) >= 0
                ? new ReplyHeaders(new ReplyTo(topic, number(partition), echoed), Optional.empty())
                : new ReplyHeaders(
                        new ReplyTo(topic, ReplyTo.ANY_PARTITION, echoed),
                        Optional.of("the header " + PARTITION + " of " + partition.length + " bytes is no partition: it"
                                + " must hold its number, 0 or more, in 4 bytes, big end first"));
    }

    private static String topic(Map<String, byte[]> last) {
        for (String name : TOPIC) {
            byte[] value = last.get(name);
            if (value != null && value.length > 0) {
                return new String(value, 0, Math.min(MAX_TOPIC_BYTES, value.length), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    /** Spring writes a big-endian int. */
    private static int number(byte[] partition) {
        return ByteBuffer.wrap(partition).getInt();
    }

    private static List<ReplyTo.Header> echoed(Map<String, byte[]> last) {
        List<ReplyTo.Header> echoed = new ArrayList<>();
        for (Echo echo : ECHOED) {
            byte[] value = last.get(echo.name());
            if (value != null && value.length <= echo.maxBytes()) {
                echoed.add(new ReplyTo.Header(echo.name(), value));
            }
        }
        return echoed;
    }
}
