package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.ReplyTo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The headers by which a caller says where it wants its answer, our own and those of Spring's reply template. */
final class ReplyHeaders {
    private static final List<String> TOPIC = List.of("reply-to", "kafka_replyTopic");
    private static final String PARTITION = "kafka_replyPartition";
    private static final Set<String> ECHOED =
            Set.of("correlation-id", "kafka_correlationId", "traceparent", "tracestate");

    /** Longer ones are not repeated: nobody's correlation id is. */
    private static final int LONGEST_ECHOED = 1_024;
    /** One more than a topic's name can have. */
    private static final int LONGEST_TOPIC = 250;

    private ReplyHeaders() {}

    static ReplyTo read(Headers headers) {
        return new ReplyTo(topic(headers), partition(headers), echoed(headers));
    }

    private static String topic(Headers headers) {
        for (String name : TOPIC) {
            Header header = headers.lastHeader(name);
            if (header != null && header.value() != null) {
                int length = Math.min(LONGEST_TOPIC, header.value().length);
                return new String(header.value(), 0, length, StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    /** Spring writes four bytes, big end first. */
    private static int partition(Headers headers) {
        Header header = headers.lastHeader(PARTITION);
        return header != null && header.value() != null && header.value().length == Integer.BYTES
                ? ByteBuffer.wrap(header.value()).getInt()
                : ReplyTo.ANY_PARTITION;
    }

    private static List<ReplyTo.Header> echoed(Headers headers) {
        List<ReplyTo.Header> echoed = new ArrayList<>();
        for (Header header : headers) {
            if (ECHOED.contains(header.key())
                    && header.value() != null
                    && header.value().length <= LONGEST_ECHOED
                    && echoed.size() < ECHOED.size()) {
                echoed.add(new ReplyTo.Header(header.key(), header.value()));
            }
        }
        return echoed;
    }
}
