package io.fleetcommand.processor.core.request;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Addresses a copy of a result on its way to the caller's reply topic. Written as headers, beside the echoed ones.
 *
 * @param to where the copy goes, with the headers that are echoed there
 * @param requestId empty where it could not be read
 * @param requestTopic the topic that the request was read from
 * @param requestPartition the partition that the request was read from
 */
public record ReplyEnvelope(ReplyTo to, String requestId, String requestTopic, int requestPartition) {
    public static final String REPLY_TOPIC = "fleet-reply-topic";
    public static final String REPLY_PARTITION = "fleet-reply-partition";
    public static final String REQUEST_ID = "fleet-request-id";
    public static final String REQUEST_TOPIC = "fleet-request-topic";
    public static final String REQUEST_PARTITION = "fleet-request-partition";

    private static final List<String> OWN_HEADERS =
            List.of(REPLY_TOPIC, REPLY_PARTITION, REQUEST_ID, REQUEST_TOPIC, REQUEST_PARTITION);

    public ReplyEnvelope {
        Objects.requireNonNull(to);
        Objects.requireNonNull(requestId);
        Objects.requireNonNull(requestTopic);
    }

    /** The echoed headers, then those of the envelope. */
    public List<ReplyTo.Header> headers() {
        List<ReplyTo.Header> headers = new ArrayList<>(to.echoed());
        headers.add(header(REPLY_TOPIC, to.topic()));
        if (to.partition() != ReplyTo.ANY_PARTITION) {
            headers.add(header(REPLY_PARTITION, Integer.toString(to.partition())));
        }
        headers.add(header(REQUEST_ID, requestId));
        headers.add(header(REQUEST_TOPIC, requestTopic));
        headers.add(header(REQUEST_PARTITION, Integer.toString(requestPartition)));
        return headers;
    }

    /** Parses the envelope from a record's headers; empty if {@link #headers()} cannot have written them. */
    public static Optional<ReplyEnvelope> parse(List<ReplyTo.Header> headers) {
        Map<String, String> own = new HashMap<>();
        List<ReplyTo.Header> echoed = new ArrayList<>();
        for (ReplyTo.Header header : headers) {
            if (OWN_HEADERS.contains(header.name())) {
                own.put(header.name(), new String(header.bytes(), StandardCharsets.UTF_8));
            } else {
                echoed.add(header);
            }
        }
        String topic = own.getOrDefault(REPLY_TOPIC, "");
        Optional<Integer> partition = own.containsKey(REPLY_PARTITION)
                ? number(own.get(REPLY_PARTITION))
                : Optional.of(ReplyTo.ANY_PARTITION);
        Optional<Integer> requestPartition = number(own.getOrDefault(REQUEST_PARTITION, ""));
        return topic.isEmpty() || partition.isEmpty() || requestPartition.isEmpty()
                ? Optional.empty()
                : Optional.of(new ReplyEnvelope(
                        new ReplyTo(topic, partition.get(), echoed),
                        own.getOrDefault(REQUEST_ID, ""),
                        own.getOrDefault(REQUEST_TOPIC, ""),
                        requestPartition.get()));
    }

    private static ReplyTo.Header header(String name, String text) {
        return new ReplyTo.Header(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<Integer> number(String text) {
        try {
            int number = Integer.parseInt(text);
            return number < 0 ? Optional.empty() : Optional.of(number);
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }
}
