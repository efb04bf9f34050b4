package io.fleetcommand.processor.core.request;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Where a caller wants its own copy of the result, and the headers to echo on it.
 *
 * @param topic the reply topic; empty for none
 * @param partition the partition of that topic, or {@link #ANY_PARTITION}
 * @param echoed headers that are repeated on every copy of the result, byte for byte
 */
public record ReplyTo(String topic, int partition, List<Header> echoed) {
    public static final int ANY_PARTITION = -1;
    public static final ReplyTo NOBODY = new ReplyTo("", ANY_PARTITION, List.of());

    /** Headers for tracing, which do not identify the receiver of the result. */
    private static final Set<String> TRACE = Set.of("traceparent", "tracestate");

    public ReplyTo {
        Objects.requireNonNull(topic);
        echoed = List.copyOf(echoed);
    }

    public boolean isGiven() {
        return !topic.isEmpty();
    }

    /** The echoed headers by which the caller correlates the result with its request. */
    public List<Header> correlation() {
        return echoed.stream().filter(header -> !TRACE.contains(header.name())).toList();
    }

    /** Whether the result reaches this caller in a way of its own: at a reply topic, or by a correlation header. */
    public boolean isAddress() {
        return isGiven() || !correlation().isEmpty();
    }

    /** Whether one copy of the result serves both callers; their traces may differ. */
    boolean isSameAddress(ReplyTo other) {
        return topic.equals(other.topic)
                && partition == other.partition
                && correlation().equals(other.correlation());
    }

    /** Returns the same without the reply topic. */
    public ReplyTo withoutTopic() {
        return new ReplyTo("", ANY_PARTITION, echoed);
    }

    /** A header as it was received. */
    public record Header(String name, byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Header header && name.equals(header.name) && Arrays.equals(bytes, header.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * name.hashCode() + Arrays.hashCode(bytes);
        }
    }
}
