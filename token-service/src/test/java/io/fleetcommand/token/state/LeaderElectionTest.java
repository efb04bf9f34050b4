package io.fleetcommand.token.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class LeaderElectionTest {
    private static final TopicPartition PARTITION = new TopicPartition("fleet.token-state", 0);

    private final StateTail tail = new StateTail(PARTITION, StateFixture.codec());
    private final List<MockProducer<String, byte[]>> producers = new ArrayList<>();
    private final LeaderElection election = new LeaderElection(PARTITION, tail, this::producer, () -> 0);
    private final MockConsumer<String, byte[]> member = new MockConsumer<>("latest");

    @Test
    void theMemberWithThePartitionLeadsUntilItIsRevoked() throws InterruptedException {
        loadTail();
        member.schedulePollTask(this::assign);
        member.schedulePollTask(() -> {
            assertThat(election.leadership()).isPresent();
            assertThat(member.paused()).containsExactly(PARTITION);
            member.rebalance(List.of());
            assertThat(election.leadership()).isEmpty();
            assertThat(producers.get(0).closed()).isTrue();
            election.close();
        });

        election.join(member);

        assertThat(producers).hasSize(1);
    }

    @Test
    void noReplicaLeadsBeforeItHasReadTheNewestState() throws InterruptedException {
        tail.close();
        member.schedulePollTask(this::assign);
        member.schedulePollTask(election::close);

        election.join(member);

        assertThat(producers).allMatch(MockProducer::closed);
        assertThat(election.leadership()).isEmpty();
    }

    @Test
    void aFencedLeaderResignsAndLetsTheGroupRebalance() throws Exception {
        loadTail();
        List<OptionalLong> offsets = new ArrayList<>();
        member.schedulePollTask(this::assign);
        member.schedulePollTask(() -> {
            Optional<LeaderProducer> leader = election.leadership();
            producers.get(0).fenceProducer();
            offsets.add(write(leader.orElseThrow()));
            election.onFenced(leader.orElseThrow());
        });
        member.schedulePollTask(() -> {
            assertThat(member.shouldRebalance()).isTrue();
            election.close();
        });

        election.join(member);

        assertThat(offsets).containsExactly(OptionalLong.empty());
        assertThat(producers).as("leadership is not acquired back").hasSize(1);
        assertThat(producers.get(0).closed()).isTrue();
    }

    @Test
    void afterAWriteOfUnknownOutcomeLeadershipIsAcquiredAgain() throws InterruptedException {
        loadTail();
        member.schedulePollTask(this::assign);
        member.schedulePollTask(() -> election.resign(election.leadership().orElseThrow()));
        member.schedulePollTask(() -> {
            assertThat(election.leadership()).isPresent();
            election.close();
        });

        election.join(member);

        assertThat(producers).hasSize(2).allMatch(MockProducer::closed);
    }

    private Producer<String, byte[]> producer() {
        MockProducer<String, byte[]> producer =
                new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
        producers.add(producer);
        return producer;
    }

    private static OptionalLong write(LeaderProducer leader) {
        try {
            return leader.write(new byte[0]);
        } catch (IOException unknown) {
            throw new UncheckedIOException(unknown);
        }
    }

    /** Lets the tail read an empty topic to its end. */
    private void loadTail() {
        try (MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest")) {
            consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
            consumer.updateEndOffsets(Map.of(PARTITION, 0L));
            consumer.schedulePollTask(() -> {});
            consumer.schedulePollTask(tail::close);
            tail.follow(consumer);
        }
    }

    private void assign() {
        member.updateEndOffsets(Map.of(PARTITION, 0L));
        member.rebalance(List.of(PARTITION));
    }
}
