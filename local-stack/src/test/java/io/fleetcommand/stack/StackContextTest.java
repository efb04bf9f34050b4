package io.fleetcommand.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import org.junit.jupiter.api.RepeatedTest;

class StackContextTest {
    @RepeatedTest(20)
    void aPortThatIsGivenToAPartIsFreeAndNoOutgoingConnectionTakesIt() throws Exception {
        int port = StackContext.freePort();

        assertThat(port).isBetween(1_024, StackContext.FIRST_OUTGOING_PORT - 1);
        try (ServerSocket part = new ServerSocket(port)) {
            assertThat(part.isBound()).isTrue();
        }
    }
}
