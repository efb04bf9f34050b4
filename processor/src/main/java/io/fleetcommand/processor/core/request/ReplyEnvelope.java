package io.fleetcommand.processor.core.request;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What stands around a copy of a result on its way to the caller's reply topic: where it goes and whose it is. Written as
 * headers beside those that are echoed.
 *
 * @param to where the copy goes, with the headers that are repeated there
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

    private static final List<String> OURS =
            List.of(REPLY_TOPIC, REPLY_PARTITION, REQUEST_ID, REQUEST_TOPIC, REQUEST_PARTITION);

    public ReplyEnvelope {
        Objects.requireNonNull(to);
        Objects.requireNonNull(requestId);
        Objects.requireNonNull(requestTopic);
    }

    /** The echoed headers, then ours. */
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

    /** The envelope in a record's headers; empty where they are none that {@link #headers()} has made. */
    public static Optional<ReplyEnvelope> parse(List<ReplyTo.Header> headers) {
        Map<String, String> ours = new HashMap<>();
        List<ReplyTo.Header> echoed = new ArrayList<>();
        for (ReplyTo.Header header : headers) {
            if (OURS.contains(header.name())) {
                ours.put(header.name(), new String(header.bytes(), StandardCharsets.UTF_8));
            } else {
                echoed.add(header);
            }
        }
        String topic = ours.getOrDefault(REPLY_TOPIC, "");
        Optional<Integer> partition = ours.containsKey(REPLY_PARTITION)
                ? number(ours.get(REPLY_PARTITION))
                : Optional.of(ReplyTo.ANY_PARTITION);
        Optional<Integer> requestPartition = number(ours.getOrDefault(REQUEST_PARTITION, ""));
        return topic.isEmpty() || partition.isEmpty() || requestPartition.isEmpty()
                ? Optional.empty()
                : Optional.of(new ReplyEnvelope(
                        new ReplyTo(topic, partition.get(), echoed),
                        ours.getOrDefault(REQUEST_ID, ""),
                        ours.getOrDefault(REQUEST_TOPIC, ""),
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
