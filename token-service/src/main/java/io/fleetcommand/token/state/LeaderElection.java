package io.fleetcommand.token.state;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects the leader among the replicas: the member of the consumer group that the topic's partition is assigned to.
 * Membership and leadership are acquired and resigned on the election thread. Thread-safe.
 */
final class LeaderElection {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CATCH_UP_TIMEOUT = Duration.ofSeconds(5);

    private final TopicPartition partition;
    private final StateTail tail;
    private final Supplier<Producer<String, byte[]>> producers;
    private final LongSupplier endOffset;
    private final AtomicReference<Optional<LeaderProducer>> leadership = new AtomicReference<>(Optional.empty());
    private volatile boolean closed;
    /** Another leader has fenced this one: the group must rebalance, or the two would fence each other in turns. */
    private volatile boolean fenced;
    /** Confined to the election thread. */
    private boolean assigned;

    /**
     * @param producers makes producers that share one transactional id
     * @param endOffset reads the end of the committed records from the brokers
     */
    LeaderElection(
            TopicPartition partition,
            StateTail tail,
            Supplier<Producer<String, byte[]>> producers,
            LongSupplier endOffset) {
        this.partition = partition;
        this.tail = tail;
        this.producers = producers;
        this.endOffset = endOffset;
    }

    /** The producer to write with; empty if this replica is not the leader. */
    Optional<LeaderProducer> leadership() {
        return leadership.get();
    }

    /** Resigns a leadership after a write whose outcome is unknown; acquiring leadership again settles it. */
    void resign(LeaderProducer failed) {
        leadership.updateAndGet(now -> now.filter(leading -> leading != failed));
        failed.close();
    }

    /** Resigns a leadership that another replica has fenced, and lets the group rebalance. */
    void onFenced(LeaderProducer failed) {
        // In this order, or the election thread could acquire the leadership back before the group rebalances.
        fenced = true;
        resign(failed);
    }

    /** Takes part in the election with a member of the group, until this is closed. Runs on the election thread. */
    void join(Consumer<String, byte[]> member) throws InterruptedException {
        try {
            member.subscribe(List.of(partition.topic()), new AssignmentListener(member));
            while (!closed) {
                // Polling keeps the membership; the partition is paused and not read here.
                member.poll(POLL);
                if (fenced) {
                    fenced = false;
                    assigned = false;
                    member.enforceRebalance("another replica is the leader");
                } else if (assigned && leadership.get().isEmpty()) {
                    acquireLeadership();
                }
            }
        } finally {
            assigned = false;
            resign();
        }
    }

    private final class AssignmentListener implements ConsumerRebalanceListener {
        private final Consumer<String, byte[]> member;

        AssignmentListener(Consumer<String, byte[]> member) {
            this.member = member;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (partitions.contains(partition)) {
                member.pause(partitions);
                assigned = true;
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (partitions.contains(partition)) {
                assigned = false;
                resign();
            }
        }
    }

    /** Once the other producers are fenced, the end of the topic is final; the follower must have read to it. */
    private void acquireLeadership() throws InterruptedException {
        LeaderProducer producer = new LeaderProducer(partition, producers.get());
        boolean elected = false;
        try {
            producer.fenceOthers();
            elected = tail.awaitCaughtUp(endOffset.getAsLong(), CATCH_UP_TIMEOUT);
        } catch (KafkaException failed) {
            LOG.warn("leadership not acquired yet, will retry: {}", failed.toString());
        } finally {
            if (!elected) {
                producer.close();
            }
        }
        if (elected) {
            leadership.set(Optional.of(producer));
            LOG.info("elected leader");
        } else {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private void resign() {
        leadership.getAndSet(Optional.empty()).ifPresent(previous -> {
            LOG.info("leadership lost");
            previous.close();
        });
    }

    /** The membership ends after the next poll; leaving the group in order lets another replica be elected at once. */
    void close() {
        closed = true;
    }
}
