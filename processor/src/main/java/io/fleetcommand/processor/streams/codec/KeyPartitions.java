package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestValidator;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;

/**
 * In which partition the records of a key belong, by Kafka's default partitioner. What lies elsewhere would meet another
 * task's ledger, where nothing is known of the device's requests.
 *
 * @param count of the request topics' partitions when the processor started: as many as there are tasks, whatever the
 *     topics have grown to since
 */
public record KeyPartitions(int count) {
    public KeyPartitions {
        if (count < 1) {
            throw new IllegalArgumentException("a topic has " + count + " partitions");
        }
    }

    /** Why a record with a key is not where it belongs; empty if it is, or has no key. */
    public Optional<RequestValidator.Fault> fault(InboundRecord inbound) {
        if (inbound.key().length == 0) {
            return Optional.empty();
        }
        int right = Utils.toPositive(Utils.murmur2(inbound.key())) % count;
        return right == inbound.partition()
                ? Optional.empty()
                : Optional.of(new RequestValidator.Fault(
                        Reason.WRONG_PARTITION,
                        "it lies in partition " + inbound.partition() + " of " + inbound.topic()
                                + ", and its key belongs in partition " + right + " of " + count
                                + " by Kafka's default partitioner (murmur2). Set partitioner=murmur2_random in clients"
                                + " built on librdkafka (Python, Go, .NET, kcat), and DefaultPartitioner in kafkajs, its"
                                + " default since 2.0; no other partitioner, and no partition chosen by hand"));
    }
}
