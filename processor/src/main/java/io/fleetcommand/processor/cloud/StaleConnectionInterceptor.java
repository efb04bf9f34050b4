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
 * Looks, before a byte of a call is sent, whether the cloud has closed the connection that was kept for it. OkHttp finds
 * out only for connections that were idle for long; a call on another one would end UNCERTAIN though nobody read it. The
 * look takes a millisecond. A connection on which an answer has only just arrived is not looked at: word of its end,
 * which crosses the same distance, would mostly still be on its way. Safe for use by many threads.
 */
final class StaleConnectionInterceptor implements Interceptor {
    /** For so long after an answer the next call is sent without a look. */
    static final Duration FRESH = Duration.ofMillis(50);

    private static final int LOOK_MS = 1;

    private final LongSupplier nanoClock;
    /** When an answer arrived last, by connection; those that OkHttp has given up leave by themselves. */
    private final Map<Connection, Long> answeredNanos = Collections.synchronizedMap(new WeakHashMap<>());

    StaleConnectionInterceptor(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** The connection was closed by the other side, or misused by it; not a byte of the call was sent. */
    static final class Closed extends IOException {
        private static final long serialVersionUID = 1;

        Closed() {
            super("the cloud had closed the connection before the call was sent");
        }
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Connection connection = Objects.requireNonNull(chain.connection(), "a network interceptor has a connection");
        // With HTTP/2 the answers of other calls arrive all the time, and OkHttp reads them at once.
        if (connection.protocol() != Protocol.HTTP_2 && !isFresh(connection) && isClosed(connection.socket())) {
            throw new Closed();
        }
        Response response = chain.proceed(chain.request());
        answeredNanos.put(connection, nanoClock.getAsLong());
        return response;
    }

    private boolean isFresh(Connection connection) {
        Long answered = answeredNanos.get(connection);
        return answered != null && nanoClock.getAsLong() - answered < FRESH.toNanos();
    }

    /** Nothing may come before a request is sent: the end of the stream, or anything else, makes it unusable. */
    private static boolean isClosed(Socket socket) {
        try {
            int timeoutMs = socket.getSoTimeout();
            socket.setSoTimeout(LOOK_MS);
            try {
                socket.getInputStream().read();
                return true;
            } catch (SocketTimeoutException quiet) {
                return false;
            } finally {
                socket.setSoTimeout(timeoutMs);
            }
        } catch (IOException broken) {
            return true;
        }
    }
}
