package io.fleetcommand.token.state;

import io.fleetcommand.token.rotation.TokenState;
import io.fleetcommand.token.rotator.StateStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store shared by all replicas: the state is the newest record of a compacted topic with one partition.
 *
 * <p>The member of the consumer group that the partition is assigned to is the leader. It writes in transactions under
 * one transactional id. Initializing its producer fences the previous leader's, so that a replica which was cut off and
 * still believes to be the leader cannot write and, since each intent is written first, cannot issue a token either.
 *
 * <p>Thread-safe. The follower thread reads the topic; the election thread keeps the group membership and acquires
 * leadership; the rotator thread writes. Shared fields are volatile or guarded by {@code this}.
 */
public final class TopicStore implements StateStore {
    private static final Logger LOG = LoggerFactory.getLogger(TopicStore.class);
    private static final String KEY = "state";
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final TopicPartition partition;
    private final String group;
    private final Map<String, Object> clients;
    private final TokenStateCodec codec;
    private volatile boolean closed;
    private volatile boolean assigned;
    private volatile boolean leader;
    /** Another leader has fenced this one: the group must rebalance, or the two would fence each other in turns. */
    private volatile boolean fenced;

    private volatile boolean loaded;
    private volatile TokenState state = TokenState.NONE;
    private volatile Runnable listener = () -> {};
    /** Why the newest record read so far cannot be decrypted, if it cannot. */
    private Optional<String> decodeError = Optional.empty();

    private long offset = -1;
    private long position;
    private KafkaProducer<String, byte[]> producer;

    /**
     * @param group id of the replicas' consumer group, also their transactional id
     * @param clients configuration of every Kafka client
     */
    public TopicStore(String topic, String group, Map<String, Object> clients, TokenStateCodec codec) {
        this.partition = new TopicPartition(topic, 0);
        this.group = group;
        this.clients = Map.copyOf(clients);
        this.codec = codec;
    }

    /** @param threads runs two tasks, each of which occupies a thread until this store is closed */
    public void start(ExecutorService threads) {
        threads.execute(() -> retryUntilClosed("state topic cannot be read", this::follow));
        threads.execute(() -> retryUntilClosed("leader election cannot be joined", this::joinElection));
    }

    @Override
    public boolean isLoaded() {
        return loaded;
    }

    @Override
    public TokenState state() {
        return state;
    }

    @Override
    public boolean isLeader() {
        return leader;
    }

    @Override
    public void onChange(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public boolean replace(TokenState expected, TokenState next) throws IOException {
        KafkaProducer<String, byte[]> current;
        synchronized (this) {
            if (!leader || !expected.equals(state)) {
                return false;
            }
            current = producer;
        }
        try {
            current.beginTransaction();
            RecordMetadata written = current.send(new ProducerRecord<>(partition.topic(), 0, KEY, codec.write(next)))
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            current.commitTransaction();
            accept(written.offset(), next);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            discardProducer(current);
            throw new IOException("interrupted while writing the state", interrupted);
        } catch (ExecutionException | TimeoutException | KafkaException failed) {
            discardProducer(current);
            if (isFenced(failed) || isFenced(failed.getCause())) {
                fenced = true;
                return false;
            }
            throw new IOException("the state cannot be written to " + partition.topic() + ": " + failed, failed);
        }
    }

    private static boolean isFenced(Throwable failure) {
        return failure instanceof ProducerFencedException
                || failure instanceof InvalidProducerEpochException
                || failure instanceof FencedInstanceIdException;
    }

    /** The outcome of a failed transaction is unknown; acquiring leadership again settles it. */
    private void discardProducer(KafkaProducer<String, byte[]> failed) {
        synchronized (this) {
            leader = false;
        }
        failed.close(Duration.ZERO);
    }

    private void follow() throws InterruptedException {
        synchronized (this) {
            decodeError = Optional.empty();
            position = 0;
        }
        Map<String, Object> config = consumerConfig();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (!closed) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    read(record);
                }
                synchronized (this) {
                    position = consumer.position(partition);
                    loaded |= position >= end && decodeError.isEmpty();
                    notifyAll();
                }
                if (position >= end && decodeError.isPresent()) {
                    throw new KafkaException(decodeError.get());
                }
            }
        }
    }

    private void read(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return;
        }
        try {
            accept(record.offset(), codec.read(record.value()));
            decodeError = Optional.empty();
        } catch (IOException failed) {
            // Older records that await compaction may be encrypted with a removed key; only the newest counts.
            decodeError = Optional.of("the state at offset " + record.offset() + " of " + partition.topic()
                    + " cannot be read: " + failed.getMessage());
        }
    }

    /** The rotator thread applies its own record before the follower thread reads it; the offset never decreases. */
    private void accept(long at, TokenState next) {
        synchronized (this) {
            if (at <= offset) {
                return;
            }
            offset = at;
            state = next;
        }
        listener.run();
    }

    private void joinElection() throws InterruptedException {
        Map<String, Object> config = consumerConfig();
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
        config.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        try (KafkaConsumer<String, byte[]> member =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            member.subscribe(List.of(partition.topic()), new LeadershipListener(member));
            while (!closed) {
                // Polling keeps the membership; the partition is paused and not read here.
                member.poll(POLL);
                if (fenced) {
                    fenced = false;
                    assigned = false;
                    member.enforceRebalance("another replica is the leader");
                } else if (assigned && !leader) {
                    acquireLeadership();
                }
            }
        } finally {
            assigned = false;
            resignLeadership();
        }
    }

    private final class LeadershipListener implements ConsumerRebalanceListener {
        private final KafkaConsumer<String, byte[]> member;

        LeadershipListener(KafkaConsumer<String, byte[]> member) {
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
                resignLeadership();
            }
        }
    }

    private void acquireLeadership() throws InterruptedException {
        Map<String, Object> config = new HashMap<>(clients);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT.toMillis());
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TIMEOUT.toMillis() * 2);
        KafkaProducer<String, byte[]> newProducer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
        try {
            newProducer.initTransactions();
            if (awaitCaughtUp()) {
                synchronized (this) {
                    producer = newProducer;
                    leader = true;
                }
                LOG.info("elected leader");
                return;
            }
        } catch (KafkaException failed) {
            LOG.warn("leadership not acquired yet, will retry: {}", failed.toString());
        }
        newProducer.close(Duration.ZERO);
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }

    /** Waits until the follower has read to the end of the topic, which is final as all other writers are fenced. */
    private boolean awaitCaughtUp() throws InterruptedException {
        Map<String, Object> config = consumerConfig();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        long end;
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            end = consumer.endOffsets(List.of(partition), TIMEOUT).get(partition);
        }
        long deadlineNanos = System.nanoTime() + TIMEOUT.toNanos();
        synchronized (this) {
            while (!isCaughtUp(end) && System.nanoTime() < deadlineNanos && !closed) {
                wait(POLL.toMillis());
            }
            return isCaughtUp(end);
        }
    }

    /**
     * A replica that cannot decrypt the newest state must not become leader: it would act on stale state. The caller
     * holds the lock.
     */
    private boolean isCaughtUp(long end) {
        return loaded && position >= end && decodeError.isEmpty();
    }

    private void resignLeadership() {
        KafkaProducer<String, byte[]> previous;
        synchronized (this) {
            if (!leader) {
                return;
            }
            leader = false;
            previous = producer;
        }
        LOG.info("leadership lost");
        previous.close(Duration.ZERO);
    }

    private Map<String, Object> consumerConfig() {
        Map<String, Object> config = new HashMap<>(clients);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return config;
    }

    /** A task that is restarted after any failure, until the store is closed. */
    @FunctionalInterface
    private interface Task {
        void run() throws InterruptedException;
    }

    private void retryUntilClosed(String problem, Task task) {
        while (!closed) {
            try {
                task.run();
            } catch (WakeupException | InterruptedException interrupted) {
                closed = true;
            } catch (KafkaException | IllegalStateException failed) {
                LOG.error("{}, retry in {} s: {}", problem, RETRY.toSeconds(), failed.getMessage());
                sleepBeforeRetry();
            }
        }
    }

    private void sleepBeforeRetry() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
        } catch (InterruptedException interrupted) {
            closed = true;
        }
    }

    /** The threads end after their next poll; leaving the group cleanly lets another replica be elected at once. */
    @Override
    public void close() {
        closed = true;
    }
}
