package io.fleetcommand.stack;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** How the stack's broker knows its clients, and how they know it. */
sealed interface BrokerSecurity permits BrokerSecurity.None, ScramOverTls {
    /** The broker's own settings. */
    Map<String, String> broker(int port, int controllerPort);

    /** The file of the users that the broker is made with, if it knows any. */
    Optional<Path> users();

    /** Settings of the client of a principal. */
    Map<String, String> client(String principal);

    /** Whoever reaches the port may do everything. */
    record None() implements BrokerSecurity {
        @Override
        public Map<String, String> broker(int port, int controllerPort) {
            return Map.of("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        }

        @Override
        public Optional<Path> users() {
            return Optional.empty();
        }

        @Override
        public Map<String, String> client(String principal) {
            return Map.of();
        }
    }
}
