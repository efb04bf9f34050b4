package io.fleetcommand.processor.streams.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.model.Topics;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TopicBootstrapTest {
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    @Test
    void waitsUntilTheBrokersKnowTheTopicsThatItCreated() throws InterruptedException {
        LateAdmin brokers = new LateAdmin(3);

        assertThat(plan(true).ensure(brokers.client(), Duration.ofSeconds(20))).isEqualTo(6);
        assertThat(brokers.created())
                .containsEntry(TOPICS.attempts(), 6)
                .containsEntry(TOPICS.commands(), 6)
                .containsEntry(TOPICS.quota(), 1);
    }

    @Test
    void saysWhichTopicsTheBrokersDoNotKnowInTime() {
        assertThatThrownBy(() -> plan(true).ensure(new LateAdmin(1_000_000).client(), Duration.ofMillis(300)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(TOPICS.attempts())
                .hasMessageContaining("were created, but the brokers do not know them after")
                .hasMessageContaining("look at the brokers' logs, and start again");
    }

    @Test
    void createsNothingThatItMayNot() {
        LateAdmin brokers = new LateAdmin(0);

        assertThatThrownBy(() -> plan(false).ensure(brokers.client(), Duration.ofSeconds(20)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("these topics do not exist")
                .hasMessageContaining("topics.create=true");
        assertThat(brokers.created()).isEmpty();
    }

    private static TopicBootstrap plan(boolean create) {
        return new TopicBootstrap(TOPICS, RequestTopics.of(TOPICS), TOPICS.quota(), create, 6, (short) 1);
    }
}
