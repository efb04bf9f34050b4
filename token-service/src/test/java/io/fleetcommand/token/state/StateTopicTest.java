package io.fleetcommand.token.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateTopicTest {
    private static final String TOPIC = "fleet.token-state";

    @Test
    void waitsUntilTheBrokersKnowTheCreatedTopic() throws IOException {
        LateAdmin brokers = new LateAdmin(3);

        StateTopic.ensure(brokers.client(), TOPIC, true, (short) 1, Duration.ofSeconds(20));

        assertThat(brokers.created()).isEqualTo(Map.of(TOPIC, 1));
    }

    @Test
    void reportsThatTheBrokersDoNotKnowTheTopicInTime() {
        LateAdmin brokers = new LateAdmin(1_000_000);

        assertThatThrownBy(() -> StateTopic.ensure(brokers.client(), TOPIC, true, (short) 1, Duration.ofMillis(300)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("[" + TOPIC + "] were created, but the brokers do not know them after");
    }

    @Test
    void doesNotCreateTheTopicUnlessAllowed() {
        LateAdmin brokers = new LateAdmin(0);

        assertThatThrownBy(() -> StateTopic.ensure(brokers.client(), TOPIC, false, (short) 1, Duration.ofSeconds(20)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no topic " + TOPIC);
        assertThat(brokers.created()).isEmpty();
    }
}
