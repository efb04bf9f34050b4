package io.fleetcommand.token.state;

import io.fleetcommand.token.keeper.StateStore;
import io.fleetcommand.token.rotation.TokenState;
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
 * The state as the newest record of a compacted topic with one partition, shared by all replicas.
 *
 * <p>The member of the consumer group that holds the partition leads. It writes in transactions under one transactional
 * id: by beginning to lead it fences off whoever led before, so that a replica which was cut off and does not know it
 * cannot write any more, and therefore, since each mint's intent is written first, cannot mint.
 *
 * <p>Three threads: one follows the topic; one keeps the group membership and takes over the lead; writing is done on
 * the keeper's. What they share is volatile or under this lock.
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
    private final TokenStateCodec form;
    private volatile boolean ending;
    private volatile boolean assigned;
    private volatile boolean leading;
    /** Another has taken the lead: the group must say anew whose it is, or the two would take it from each other. */
    private volatile boolean overtaken;

    private volatile boolean known;
    private volatile TokenState state = TokenState.NONE;
    private volatile Runnable listener = () -> {};
    /** Why the newest record could not be opened, if it could not. */
    private Optional<String> unreadable = Optional.empty();

    private long offset = -1;
    private long position;
    private KafkaProducer<String, byte[]> producer;

    /**
     * @param group names the replicas' consumer group, and their transactional id
     * @param clients settings of every Kafka client
     */
    public TopicStore(String topic, String group, Map<String, Object> clients, TokenStateCodec form) {
        this.partition = new TopicPartition(topic, 0);
        this.group = group;
        this.clients = Map.copyOf(clients);
        this.form = form;
    }

    /** @param threads two of them are kept busy until this is closed */
    public void start(ExecutorService threads) {
        threads.execute(() -> untilClosed("the state cannot be read", this::follow));
        threads.execute(() -> untilClosed("the group of replicas cannot be joined", this::joinElection));
    }

    @Override
    public boolean isLoaded() {
        return known;
    }

    @Override
    public TokenState state() {
        return state;
    }

    @Override
    public boolean isLeader() {
        return leading;
    }

    @Override
    public void onChange(Runnable changed) {
        listener = changed;
    }

    @Override
    public boolean replace(TokenState expected, TokenState next) throws IOException {
        KafkaProducer<String, byte[]> writing;
        synchronized (this) {
            if (!leading || expected != state) {
                return false;
            }
            writing = producer;
        }
        try {
            writing.beginTransaction();
            RecordMetadata written = writing.send(new ProducerRecord<>(partition.topic(), 0, KEY, form.write(next)))
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            writing.commitTransaction();
            accept(written.offset(), next);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            standDown(writing);
            throw new IOException("interrupted while writing the state", interrupted);
        } catch (ExecutionException | TimeoutException | KafkaException failed) {
            standDown(writing);
            if (isFenced(failed) || isFenced(failed.getCause())) {
                overtaken = true;
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

    /** After a failed transaction nothing is certain: the lead is taken anew, which settles it. */
    private void standDown(KafkaProducer<String, byte[]> failed) {
        synchronized (this) {
            leading = false;
        }
        failed.close(Duration.ZERO);
    }

    private void follow() throws InterruptedException {
        synchronized (this) {
            unreadable = Optional.empty();
            position = 0;
        }
        Map<String, Object> config = consumer();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (!ending) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    read(record);
                }
                synchronized (this) {
                    position = consumer.position(partition);
                    known |= position >= end && unreadable.isEmpty();
                    notifyAll();
                }
                if (position >= end && unreadable.isPresent()) {
                    throw new KafkaException(unreadable.get());
                }
            }
        }
    }

    private void read(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return;
        }
        try {
            accept(record.offset(), form.read(record.value()));
            unreadable = Optional.empty();
        } catch (IOException failed) {
            // Older ones that await compaction may be sealed with a key that is gone; only the newest counts.
            unreadable = Optional.of("the state at offset " + record.offset() + " of " + partition.topic()
                    + " cannot be read: " + failed.getMessage());
        }
    }

    /** The writer knows its own record before the follower has read it; neither may go back. */
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
        Map<String, Object> config = consumer();
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
        config.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        try (KafkaConsumer<String, byte[]> member =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            member.subscribe(List.of(partition.topic()), new LeadershipListener(member));
            while (!ending) {
                // The partition is held, not read: it is paused, and polling keeps the membership.
                member.poll(POLL);
                if (overtaken) {
                    overtaken = false;
                    assigned = false;
                    member.enforceRebalance("another replica has taken the lead");
                } else if (assigned && !leading) {
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
        KafkaProducer<String, byte[]> fresh =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
        try {
            fresh.initTransactions();
            if (awaitNewest()) {
                synchronized (this) {
                    producer = fresh;
                    leading = true;
                }
                LOG.info("elected leader");
                return;
            }
        } catch (KafkaException failed) {
            LOG.warn("leadership not acquired yet, will retry: {}", failed.toString());
        }
        fresh.close(Duration.ZERO);
        TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }

    /** Now that nobody else can write, the end of the topic is fixed: waits until it was read. */
    private boolean awaitNewest() throws InterruptedException {
        Map<String, Object> config = consumer();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        long end;
        try (KafkaConsumer<String, byte[]> asking =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            end = asking.endOffsets(List.of(partition), TIMEOUT).get(partition);
        }
        long giveUpNanos = System.nanoTime() + TIMEOUT.toNanos();
        synchronized (this) {
            while (!hasRead(end) && System.nanoTime() < giveUpNanos && !ending) {
                wait(POLL.toMillis());
            }
            return hasRead(end);
        }
    }

    /** Whoever cannot open the newest state must not lead: he would build upon an older one. Under this lock. */
    private boolean hasRead(long end) {
        return known && position >= end && unreadable.isEmpty();
    }

    private void resignLeadership() {
        KafkaProducer<String, byte[]> old;
        synchronized (this) {
            if (!leading) {
                return;
            }
            leading = false;
            old = producer;
        }
        LOG.info("leadership lost");
        old.close(Duration.ZERO);
    }

    private Map<String, Object> consumer() {
        Map<String, Object> config = new HashMap<>(clients);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return config;
    }

    /** Work that is begun anew after any failure, until this is closed. */
    @FunctionalInterface
    private interface Work {
        void run() throws InterruptedException;
    }

    private void untilClosed(String trouble, Work work) {
        while (!ending) {
            try {
                work.run();
            } catch (WakeupException | InterruptedException hurried) {
                ending = true;
            } catch (KafkaException | IllegalStateException failed) {
                LOG.error("{}, again in {} s: {}", trouble, RETRY.toSeconds(), failed.getMessage());
                rest();
            }
        }
    }

    private void rest() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
        } catch (InterruptedException interrupted) {
            ending = true;
        }
    }

    /** The threads see it within their next poll; a clean leave lets another take over at once. */
    @Override
    public void close() {
        ending = true;
    }
}
