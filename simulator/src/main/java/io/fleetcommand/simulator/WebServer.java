package io.fleetcommand.simulator;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;

/** A Javalin server whose listening sockets can be closed and reopened on the same ports. */
final class WebServer implements AutoCloseable {
    private static final int BACKLOG = 4096;
    /** Longer than any device or fault delays a response. */
    private static final long ASYNC_TIMEOUT_MS = 3_700_000;

    /** Allows escaped slashes, percent signs and semicolons in the names of a path. */
    private static final UriCompliance NAMES_OF_ANY_KIND = UriCompliance.DEFAULT.with(
            "names of any kind",
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
            UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
            UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER,
            UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT,
            UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS);

    private final String host;
    private final Javalin javalin;
    private final List<ServerConnector> connectors;

    private WebServer(String host, Javalin javalin, List<ServerConnector> connectors) {
        this.host = host;
        this.javalin = javalin;
        this.connectors = connectors;
    }

    /** @throws RuntimeException if a port cannot be bound */
    static WebServer start(
            String host,
            int port,
            OptionalInt httpsPort,
            Optional<SimulatorCertificate> certificate,
            Consumer<RoutesConfig> routes) {
        List<ServerConnector> connectors = new ArrayList<>();
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.startupWatcherEnabled = false;
            config.http.asyncTimeout = ASYNC_TIMEOUT_MS;
            config.jetty.modifyHttpConfiguration(http -> http.setUriCompliance(NAMES_OF_ANY_KIND));
            config.jetty.modifyServletContextHandler(
                    context -> context.getServletHandler().setDecodeAmbiguousURIs(true));
            config.jetty.modifyServer(server -> server.setErrorHandler(JsonErrors::answer));
            config.jetty.addConnector((server, http) ->
                    listening(connectors, new ServerConnector(server, new HttpConnectionFactory(http)), host, port));
            certificate.ifPresent(generated -> config.jetty.addConnector((server, http) ->
                    listening(connectors, secured(server, http, generated), host, httpsPort.orElseThrow())));
            routes.accept(config.routes);
        });
        javalin.start();
        // Fixes the assigned ports, so that reopened sockets use the same ones.
        connectors.forEach(connector -> connector.setPort(connector.getLocalPort()));
        return new WebServer(host, javalin, connectors);
    }

    String url() {
        return "http://" + host + ":" + connectors.get(0).getPort();
    }

    Optional<String> httpsUrl() {
        return connectors.size() < 2
                ? Optional.empty()
                : Optional.of("https://" + host + ":" + connectors.get(1).getPort());
    }

    /** Closes the listening sockets and every connection. */
    void refuseConnections() {
        try {
            for (ServerConnector connector : connectors) {
                connector.stop();
            }
        } catch (Exception failed) {
            throw new IllegalStateException("the listening sockets cannot be closed", failed);
        }
    }

    void acceptConnections() {
        try {
            for (ServerConnector connector : connectors) {
                connector.start();
            }
        } catch (Exception failed) {
            throw new IllegalStateException("the listening sockets cannot be opened again", failed);
        }
    }

    @Override
    public void close() {
        javalin.stop();
    }

    private static ServerConnector secured(Server server, HttpConfiguration http, SimulatorCertificate certificate) {
        HttpConfiguration https = new HttpConfiguration(http);
        https.addCustomizer(new SecureRequestCustomizer(false));
        return new ServerConnector(
                server, new SslConnectionFactory(certificate.tls(), "http/1.1"), new HttpConnectionFactory(https));
    }

    private static ServerConnector listening(
            List<ServerConnector> connectors, ServerConnector connector, String host, int port) {
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(BACKLOG);
        connectors.add(connector);
        return connector;
    }
}
