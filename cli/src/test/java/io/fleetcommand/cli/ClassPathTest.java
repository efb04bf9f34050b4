package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line is what operators install: it holds the commands for a cluster and nothing else. */
class ClassPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.apache.kafka.streams.KafkaStreams",
                "org.rocksdb.RocksDB",
                "kafka.server.KafkaRaftServer",
                "io.fleetcommand.simulator.Simulator",
                "io.fleetcommand.token.Main",
                "io.fleetcommand.stack.LocalStack"
            })
    void noPartOfTheSystemIsOnTheClassPath(String name) {
        assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
    }
}
