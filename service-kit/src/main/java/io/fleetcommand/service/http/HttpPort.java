package io.fleetcommand.service.http;

import java.util.Optional;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * A port that a service listens on, with connection limits. Request heads above 8 KB, including the URL, are rejected.
 * A slow client occupies no thread.
 *
 * @param port 0 for any free one
 * @param tls empty for plain HTTP
 */
public record HttpPort(String host, int port, Optional<SslContextFactory.Server> tls, ConnectionLimits limits) {
    /** Accept queue of the kernel: after a rejected token all processors connect at once. */
    private static final int BACKLOG = 2_048;

    private static final int MAX_HEADER_BYTES = 8 * 1_024;

    /** @param http owned by the connector from now on, and modified */
    public ServerConnector connector(Server server, HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MAX_HEADER_BYTES);
        ConnectionGuard guard = new ConnectionGuard(limits, server.getScheduler(), System::nanoTime);
        http.addCustomizer(guard);
        ServerConnector connector = tls.map(factory -> secured(server, http, factory))
                .orElseGet(() -> new ServerConnector(server, 1, 1, new HttpConnectionFactory(http)));
        connector.addBean(guard);
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(limits.request().toMillis());
        return connector;
    }

    private static ServerConnector secured(Server server, HttpConfiguration http, SslContextFactory.Server tls) {
        HttpConfiguration https = new HttpConfiguration(http);
        https.addCustomizer(new SecureRequestCustomizer(false));
        return new ServerConnector(
                server, 1, 1, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(https));
    }
}
