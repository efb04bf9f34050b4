package io.fleetcommand.processor.cloud;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.function.LongSupplier;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * Checks, before a byte of a call is sent, whether the cloud has closed the pooled connection. OkHttp checks only
 * connections that were idle for long; a call on another one would end UNCERTAIN although it was not read. The check
 * takes a millisecond. It is skipped shortly after a response arrived on the connection: the FIN of a close takes
 * as long to arrive, and would mostly still be in transit. Thread-safe.
 */
final class StaleConnectionInterceptor implements Interceptor {
    /** Time after a response during which the next call is sent without a check. */
    static final Duration FRESH = Duration.ofMillis(50);

    private static final int CHECK_TIMEOUT_MS = 1;

    private final LongSupplier nanoClock;
    /** Time of the latest response by connection; weak keys, since OkHttp drops connections without notice. */
    private final Map<Connection, Long> lastResponseNanos = Collections.synchronizedMap(new WeakHashMap<>());

    StaleConnectionInterceptor(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** The server closed or misused the connection; no byte of the call was sent. */
    static final class Closed extends IOException {
        private static final long serialVersionUID = 1;

        Closed() {
            super("the cloud had closed the connection before the call was sent");
        }
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Connection connection = Objects.requireNonNull(chain.connection(), "a network interceptor has a connection");
        // With HTTP/2 the connection is read all the time, so OkHttp notices a close at once.
        if (connection.protocol() != Protocol.HTTP_2 && !isFresh(connection) && isClosed(connection.socket())) {
            throw new Closed();
        }
        Response response = chain.proceed(chain.request());
        lastResponseNanos.put(connection, nanoClock.getAsLong());
        return response;
    }

    private boolean isFresh(Connection connection) {
        Long lastResponse = lastResponseNanos.get(connection);
        return lastResponse != null && nanoClock.getAsLong() - lastResponse < FRESH.toNanos();
    }

    /**
     * Whether the connection is unusable: no data may arrive before a request is sent, neither end of stream nor
     * anything else.
     */
    private static boolean isClosed(Socket socket) {
        try {
            int timeoutMs = socket.getSoTimeout();
            socket.setSoTimeout(CHECK_TIMEOUT_MS);
            try {
                socket.getInputStream().read();
                return true;
            } catch (SocketTimeoutException open) {
                return false;
            } finally {
                socket.setSoTimeout(timeoutMs);
            }
        } catch (IOException failure) {
            return true;
        }
    }
}
