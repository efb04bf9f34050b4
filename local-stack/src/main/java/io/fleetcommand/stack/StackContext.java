package io.fleetcommand.stack;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** What the parts of a stack have in common. */
public record StackContext(
        Installation installation,
        StackOptions options,
        StackFolder folder,
        StackSecrets secrets,
        BrokerSecurity security,
        ManagedProcesses children,
        HttpProbe probe) {
    /** How long a part may take to come up. */
    static final Duration TIMEOUT = Duration.ofSeconds(60);
    /** The product of all devices. */
    static final String PRODUCT = "12345";

    private static final int PORTS_TRIED = 100;
    private static final int FIRST_PORT = 10_240;
    /** Linux's; other systems begin higher. */
    static final int FIRST_OUTGOING_PORT = 32_768;

    /**
     * A port to listen on later. It lies below those that systems give to outgoing connections by themselves, so that
     * none of these takes it before its part listens.
     */
    public static int freePort() {
        for (int tried = 0; tried < PORTS_TRIED; tried++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_OUTGOING_PORT);
            try (ServerSocket free = new ServerSocket(port)) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // Another one, then.
            }
        }
        throw new StackFailure(
                "no free port between " + FIRST_PORT + " and " + FIRST_OUTGOING_PORT + " in " + PORTS_TRIED + " tries");
    }
}
