package io.fleetcommand.processor.core.request;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Where a caller wants its own copy of the result, and what it wants to see again there.
 *
 * @param topic the reply topic; empty for none
 * @param partition the partition of that topic, or {@link #ANY_PARTITION}
 * @param echoed headers to be repeated on every copy of the result, byte for byte
 */
public record ReplyTo(String topic, int partition, List<Header> echoed) {
    public static final int ANY_PARTITION = -1;
    public static final ReplyTo NOBODY = new ReplyTo("", ANY_PARTITION, List.of());

    /** Headers that carry a caller's trace, and say nothing of whom the result is for. */
    private static final Set<String> TRACE = Set.of("traceparent", "tracestate");

    public ReplyTo {
        Objects.requireNonNull(topic);
        echoed = List.copyOf(echoed);
    }

    public boolean isGiven() {
        return !topic.isEmpty();
    }

    /** The echoed headers by which the caller knows its result again. */
    public List<Header> correlation() {
        return echoed.stream().filter(header -> !TRACE.contains(header.name())).toList();
    }

    /** Whether the result reaches this caller as any other of a request would not: at a topic, or by a correlation. */
    public boolean isAddress() {
        return isGiven() || !correlation().isEmpty();
    }

    /** Whether one copy serves both: they may still be of different traces. */
    boolean isSameAddress(ReplyTo other) {
        return topic.equals(other.topic)
                && partition == other.partition
                && correlation().equals(other.correlation());
    }

    /** The same, without the copy to the caller's own topic. */
    public ReplyTo withoutTopic() {
        return new ReplyTo("", ANY_PARTITION, echoed);
    }

    /** One header as it came. */
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
