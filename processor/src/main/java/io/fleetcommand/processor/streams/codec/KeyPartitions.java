package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestValidator;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;

/**
 * The partition that Kafka's default partitioner (murmur2) chooses for a key. A record in any other partition would
 * reach another task, whose ledger knows nothing of the device's requests.
 *
 * @param count partitions of each request topic when the processor started, which is the number of tasks; topics that
 *     grow later do not change it
 */
public record KeyPartitions(int count) {
    public KeyPartitions {
        if (count < 1) {
            throw new IllegalArgumentException("a topic has " + count + " partitions");
        }
    }

    /** The fault of a record that is not in the partition of its key; empty if it is, or has no key. */
    public Optional<RequestValidator.Fault> fault(InboundRecord inbound) {
        if (inbound.key().length == 0) {
            return Optional.empty();
        }
        int expected = Utils.toPositive(Utils.murmur2(inbound.key())) % count;
        return expected == inbound.partition()
                ? Optional.empty()
                : Optional.of(new RequestValidator.Fault(
                        Reason.WRONG_PARTITION,
                        "it lies in partition " + inbound.partition() + " of " + inbound.topic()
                                + ", and its key belongs in partition " + expected + " of " + count
                                + " by Kafka's default partitioner (murmur2). Set partitioner=murmur2_random in"
                                + " clients built on librdkafka (Python, Go, .NET, kcat), and DefaultPartitioner in"
                                + " kafkajs, its default since 2.0; no other partitioner, and no partition chosen by"
                                + " hand"));
    }
}
