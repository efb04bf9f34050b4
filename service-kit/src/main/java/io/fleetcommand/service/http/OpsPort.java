package io.fleetcommand.service.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A server of {@link OpsPages} with its own few threads. */
public final class OpsPort implements AutoCloseable {
    private static final int THREADS = 8;

    private final Server server;
    private final ServerConnector connector;

    private OpsPort(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * @param pages creates the pages, given the executor that renders them
     * @throws IOException if the port cannot be bound
     */
    public static OpsPort open(HttpPort port, Function<Executor, OpsPages> pages) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("ops");
        threads.setDaemon(true);
        // Reserved threads serve blocking handlers, of which there are none.
        threads.setReservedThreads(0);
        Server server = new Server(threads);
        ServerConnector connector = port.connector(server, new HttpConfiguration());
        server.addConnector(connector);
        server.setHandler(pages.apply(threads));
        server.setErrorHandler(OpsPort::writeStatus);
        try {
            server.start();
            return new OpsPort(server, connector);
        } catch (Exception failed) {
            stop(server);
            throw new IOException(
                    "the port " + port.host() + ":" + port.port() + " cannot be opened: " + failed.getMessage(),
                    failed);
        }
    }

    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        stop(server);
    }

    /** An error handler that writes only the status: Jetty's error page would echo the request. */
    public static boolean writeStatus(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        String words = response.getStatus() + " " + HttpStatus.getMessage(response.getStatus()) + "\n";
        response.write(true, BufferUtil.toBuffer(words, StandardCharsets.UTF_8), callback);
        return true;
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception failed) {
            throw new IllegalStateException("the port cannot be closed", failed);
        }
    }
}
