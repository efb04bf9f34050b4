package io.fleetcommand.token.api;

import java.util.Optional;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;

/**
 * Where the API listens.
 *
 * @param port 0 for any free one
 * @param certificate empty for plain HTTP
 */
public record Listener(String host, int port, Optional<Certificate> certificate) {
    /** Processors come all at once when a token was refused. */
    private static final int BACKLOG = 2_048;

    private static final int MOST_HEADER_BYTES = 4 * 1_024;

    Connector connector(Server server, HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MOST_HEADER_BYTES);
        ServerConnector connector = certificate
                .map(shown -> secured(server, http, shown))
                .orElseGet(() -> new ServerConnector(server, new HttpConnectionFactory(http)));
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(BACKLOG);
        return connector;
    }

    private static ServerConnector secured(Server server, HttpConfiguration http, Certificate certificate) {
        HttpConfiguration https = new HttpConfiguration(http);
        https.addCustomizer(new SecureRequestCustomizer(false));
        return new ServerConnector(
                server, new SslConnectionFactory(certificate.tls(), "http/1.1"), new HttpConnectionFactory(https));
    }
}
