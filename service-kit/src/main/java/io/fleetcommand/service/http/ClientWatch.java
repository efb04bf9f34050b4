package io.fleetcommand.service.http;

import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;

/**
 * Detects that a client disconnects before the response is sent; Jetty itself would detect that only when it writes the
 * response. A client that sends more data before the response counts as disconnected. For one exchange. Thread-safe.
 */
public final class ClientWatch {
    /** The request attribute that holds the watch. */
    public static final String ATTRIBUTE = ClientWatch.class.getName();

    private final EndPoint endPoint;
    private final AtomicBoolean stopped = new AtomicBoolean();

    ClientWatch(EndPoint endPoint) {
        this.endPoint = endPoint;
    }

    /**
     * Starts watching. To be called after the request has been read, and before {@link #stop()}.
     *
     * @param onDisconnect run once the client has disconnected
     */
    public void start(Runnable onDisconnect) {
        if (!stopped.get() && !endPoint.tryFillInterested(new Interest(onDisconnect))) {
            onDisconnect.run();
        }
    }

    /** Stops watching. To be called before the response is sent, after which Jetty reads the connection again. */
    public void stop() {
        if (stopped.compareAndSet(false, true) && endPoint instanceof AbstractEndPoint watched) {
            watched.getFillInterest().onFail(new CancellationException("the response is sent"));
        }
    }

    /** Only detects that data is available, and leaves it to Jetty. */
    private final class Interest implements Callback {
        private final Runnable onDisconnect;

        Interest(Runnable onDisconnect) {
            this.onDisconnect = onDisconnect;
        }

        @Override
        public void succeeded() {
            if (!stopped.get()) {
                onDisconnect.run();
            }
        }

        @Override
        public void failed(Throwable failure) {
            if (stopped.get()) {
                return;
            }
            if (failure instanceof TimeoutException) {
                // The idle timeout, which is normal for a waiting client.
                start(onDisconnect);
            } else {
                onDisconnect.run();
            }
        }
    }
}
