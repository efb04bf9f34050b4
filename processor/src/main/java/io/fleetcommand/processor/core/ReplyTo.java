package io.fleetcommand.processor.core;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

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

    public ReplyTo {
        Objects.requireNonNull(topic);
        echoed = List.copyOf(echoed);
    }

    public boolean isGiven() {
        return !topic.isEmpty();
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
