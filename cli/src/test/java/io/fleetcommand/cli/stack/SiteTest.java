package io.fleetcommand.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import org.junit.jupiter.api.RepeatedTest;

class SiteTest {
    @RepeatedTest(20)
    void aPortThatIsGivenToAPartIsFreeAndNoOutgoingConnectionTakesIt() throws Exception {
        int port = Site.freePort();

        assertThat(port).isBetween(1_024, Site.FIRST_OUTGOING_PORT - 1);
        try (ServerSocket part = new ServerSocket(port)) {
            assertThat(part.isBound()).isTrue();
        }
    }
}
