package io.fleetcommand.cli.stack;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;

/** What the parts of a stack have in common. */
record Site(
        Installation installation,
        StackOptions options,
        StackFolder folder,
        StackSecrets secrets,
        BrokerSecurity security,
        Children children,
        Probe probe) {
    /** How long a part may take to come up. */
    static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The product of all devices. */
    static final String PRODUCT = "12345";

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new StackFailure("no free port", none);
        }
    }
}
