package io.fleetcommand.processor.cloud;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Objects;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * Looks, before a byte of a call is sent, whether the cloud has closed the connection that was kept for it. OkHttp finds
 * out only for connections that were idle for long; a call on another one would end UNCERTAIN though nobody read it. The
 * look costs each call a millisecond.
 */
final class KeptConnection implements Interceptor {
    private static final int LOOK_MS = 1;

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
        if (connection.protocol() != Protocol.HTTP_2 && isClosed(connection.socket())) {
            throw new Closed();
        }
        return chain.proceed(chain.request());
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
