package io.fleetcommand.service.http;

import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;

/**
 * Tells when the client of an exchange hangs up before it is answered: Jetty itself would see that only when it writes
 * the answer. A client that sends more before it is answered counts as one that hangs up. For one exchange; thread-safe.
 */
public final class ClientWatch {
    /** The attribute of a request under which its watch is found. */
    public static final String ATTRIBUTE = ClientWatch.class.getName();

    private final EndPoint endPoint;
    private final AtomicBoolean over = new AtomicBoolean();

    ClientWatch(EndPoint endPoint) {
        this.endPoint = endPoint;
    }

    /** Begins to watch. To be called once the request has been read, and to be followed by {@link #stop()}. */
    public void start(Runnable hungUp) {
        if (!over.get() && !endPoint.tryFillInterested(new Interest(hungUp))) {
            hungUp.run();
        }
    }

    /** Ends the watch, before the exchange is answered: from then on Jetty reads the connection again. */
    public void stop() {
        if (over.compareAndSet(false, true) && endPoint instanceof AbstractEndPoint watched) {
            watched.getFillInterest().onFail(new CancellationException("the exchange is answered"));
        }
    }

    /** Nothing is read here: what there is stays for Jetty. */
    private final class Interest implements Callback {
        private final Runnable hungUp;

        Interest(Runnable hungUp) {
            this.hungUp = hungUp;
        }

        @Override
        public void succeeded() {
            if (!over.get()) {
                hungUp.run();
            }
        }

        @Override
        public void failed(Throwable failure) {
            if (over.get()) {
                return;
            }
            if (failure instanceof TimeoutException) {
                // The connection has been silent for long, as one that waits is.
                start(hungUp);
            } else {
                hungUp.run();
            }
        }
    }
}
