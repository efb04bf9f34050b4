package io.fleetcommand.token.state;

import io.fleetcommand.token.rotation.TokenState;
import io.fleetcommand.token.rotator.StateStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store shared by all replicas: the state is the newest record of a compacted topic with one partition.
 *
 * <p>The leader writes in transactions under one transactional id. Initializing its producer fences the previous
 * leader's, so that a replica which was cut off and still believes to be the leader cannot write and, since each intent
 * is written first, cannot issue a token either.
 *
 * <p>Thread-safe. The follower thread runs {@link StateTail}, the election thread {@link LeaderElection}; the rotator
 * thread writes.
 */
public final class TopicStore implements StateStore {
    private static final Logger LOG = LoggerFactory.getLogger(TopicStore.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final StateClients clients;
    private final TokenStateCodec codec;
    private final StateTail tail;
    private final LeaderElection election;
    private volatile boolean closed;

    /**
     * @param group id of the replicas' consumer group, also their transactional id
     * @param clients configuration of every Kafka client
     */
    public TopicStore(String topic, String group, Map<String, Object> clients, TokenStateCodec codec) {
        TopicPartition partition = new TopicPartition(topic, 0);
        this.clients = new StateClients(partition, group, clients);
        this.codec = codec;
        this.tail = new StateTail(partition, codec);
        this.election = new LeaderElection(partition, tail, this.clients::producer, this.clients::endOffset);
    }

    /** @param threads runs two tasks, each of which occupies a thread until this store is closed */
    public void start(ExecutorService threads) {
        threads.execute(() -> retryUntilClosed("state topic cannot be read", clients::reader, tail::follow));
        threads.execute(() -> retryUntilClosed("leader election cannot be joined", clients::member, election::join));
    }

    @Override
    public boolean isLoaded() {
        return tail.isLoaded();
    }

    @Override
    public TokenState state() {
        return tail.state();
    }

    @Override
    public boolean isLeader() {
        return election.leadership().isPresent();
    }

    @Override
    public void onChange(Runnable listener) {
        tail.onChange(listener);
    }

    @Override
    public boolean replace(TokenState expected, TokenState next) throws IOException {
        // In this order: while a leadership holds, its replica alone writes, so a state read after it is the newest.
        Optional<LeaderProducer> leader = election.leadership();
        if (leader.isEmpty() || !expected.equals(tail.state())) {
            return false;
        }
        OptionalLong offset = write(leader.get(), next);
        if (offset.isEmpty()) {
            election.onFenced(leader.get());
            return false;
        }
        tail.accept(offset.getAsLong(), next);
        return true;
    }

    private OptionalLong write(LeaderProducer leader, TokenState next) throws IOException {
        try {
            return leader.write(codec.write(next));
        } catch (IOException unknown) {
            election.resign(leader);
            throw unknown;
        }
    }

    /** Work with a consumer that ends when the store is closed. */
    @FunctionalInterface
    private interface ConsumerTask {
        void run(Consumer<String, byte[]> consumer) throws InterruptedException;
    }

    /** Runs a task again, with a new consumer, after any failure. */
    private void retryUntilClosed(String problem, Supplier<Consumer<String, byte[]>> consumers, ConsumerTask task) {
        while (!closed) {
            try (Consumer<String, byte[]> consumer = consumers.get()) {
                task.run(consumer);
            } catch (InterruptedException interrupted) {
                close();
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
            close();
        }
    }

    /** The threads end after their next poll. */
    @Override
    public void close() {
        closed = true;
        tail.close();
        election.close();
    }
}
