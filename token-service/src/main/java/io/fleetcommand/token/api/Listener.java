package io.fleetcommand.token.api;

import io.fleetcommand.service.http.ConnectionLimits;
import io.fleetcommand.service.http.HttpPort;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;

/**
 * The address that the API listens on.
 *
 * @param port 0 for any free one
 * @param certificate empty for plain HTTP
 */
public record Listener(String host, int port, Optional<Certificate> certificate) {
    /** Room for all long polls and a quarter more for other requests; a response may take as long as a long poll. */
    private static final ConnectionLimits LIMITS = new ConnectionLimits(
            LongPollWaiters.MAX_WAITERS + LongPollWaiters.MAX_WAITERS / 4,
            Duration.ofSeconds(10),
            LongPollWaiters.MAX_WAIT.plus(Duration.ofSeconds(15)));

    Connector connector(Server server, HttpConfiguration http) {
        return new HttpPort(host, port, certificate.map(Certificate::tls), LIMITS).connector(server, http);
    }
}
