package io.fleetcommand.service.http;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Keeps a port's connections within their limits. Jetty's own idle time-out ends only a client that is silent; one that
 * sends a byte now and then, or takes one, is ended here. When all places are taken a newcomer is still let in, in place
 * of the oldest connection that has been slow to send a request, else of the one idle for longest, else of the oldest at
 * all: so a probe is answered however many connections others hold. Thread-safe.
 */
final class ConnectionGuard extends AbstractLifeCycle implements Connection.Listener, HttpConfiguration.Customizer {
    private static final Duration SWEEP = Duration.ofSeconds(1);
    /** Of small responses, so many fit into the kernel's buffers: no thread has to wait for a client that reads none. */
    private static final int MAX_EXCHANGES = 50;
    /** For so long a newcomer may take to send its request before others are preferred to it. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final ConnectionLimits limits;
    private final Scheduler scheduler;
    private final LongSupplier nanoClock;
    private final Map<EndPoint, Use> uses = new ConcurrentHashMap<>();

    ConnectionGuard(ConnectionLimits limits, Scheduler scheduler, LongSupplier nanoClock) {
        this.limits = limits;
        this.scheduler = scheduler;
        this.nanoClock = nanoClock;
    }

    private enum Phase {
        NO_REQUEST_YET,
        BETWEEN_REQUESTS,
        IN_EXCHANGE
    }

    private record Use(Phase phase, long sinceNanos, int exchanges) {
        Use in(Phase next, long nowNanos) {
            return new Use(next, nowNanos, next == Phase.IN_EXCHANGE ? exchanges + 1 : exchanges);
        }

        /** The lower, the sooner its place is taken from it. */
        int rank(long nowNanos) {
            return switch (phase) {
                case NO_REQUEST_YET -> nowNanos - sinceNanos > GRACE.toNanos() ? 0 : 2;
                case BETWEEN_REQUESTS -> 1;
                case IN_EXCHANGE -> 2;
            };
        }
    }

    @Override
    protected void doStart() {
        sweepLater();
    }

    /** Jetty itself would wait, at its end, for clients to take what they are being sent. */
    @Override
    protected void doStop() {
        uses.keySet().forEach(this::end);
    }

    @Override
    public void onOpened(Connection connection) {
        EndPoint opened = socketOf(connection.getEndPoint());
        uses.putIfAbsent(opened, new Use(Phase.NO_REQUEST_YET, nanoClock.getAsLong(), 0));
        while (uses.size() > limits.connections() && evictFor(opened)) {
            // One goes for each that comes.
        }
    }

    @Override
    public void onClosed(Connection connection) {
        uses.remove(socketOf(connection.getEndPoint()));
    }

    /** A request's head has arrived. */
    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        EndPoint socket = socketOf(endPoint);
        if (enter(socket, Phase.IN_EXCHANGE) >= MAX_EXCHANGES) {
            responseHeaders.put(HttpHeader.CONNECTION, "close");
        }
        Request.addCompletionListener(request, failure -> enter(socket, Phase.BETWEEN_REQUESTS));
        request.setAttribute(ClientWatch.ATTRIBUTE, new ClientWatch(endPoint));
        return request;
    }

    /** How many exchanges the connection has had by then. */
    private int enter(EndPoint socket, Phase phase) {
        return Optional.ofNullable(
                        uses.computeIfPresent(socket, (same, before) -> before.in(phase, nanoClock.getAsLong())))
                .map(Use::exchanges)
                .orElse(MAX_EXCHANGES);
    }

    private boolean evictFor(EndPoint newcomer) {
        long nowNanos = nanoClock.getAsLong();
        Optional<EndPoint> least = uses.entrySet().stream()
                .filter(use -> use.getKey() != newcomer)
                .min(Map.Entry.comparingByValue(Comparator.<Use>comparingInt(use -> use.rank(nowNanos))
                        .thenComparing((one, other) -> Long.signum(one.sinceNanos() - other.sinceNanos()))))
                .map(Map.Entry::getKey);
        least.ifPresent(this::end);
        return least.isPresent();
    }

    private void sweep() {
        long nowNanos = nanoClock.getAsLong();
        uses.forEach((socket, use) -> {
            Duration limit = use.phase() == Phase.IN_EXCHANGE ? limits.response() : limits.request();
            if (nowNanos - use.sinceNanos() > limit.toNanos()) {
                end(socket);
            }
        });
        if (isRunning()) {
            sweepLater();
        }
    }

    private void sweepLater() {
        scheduler.schedule(this::sweep, SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void end(EndPoint socket) {
        uses.remove(socket);
        socket.close();
    }

    /** Below TLS. */
    private static EndPoint socketOf(EndPoint endPoint) {
        EndPoint socket = endPoint;
        while (socket instanceof EndPoint.Wrapper wrapper) {
            socket = wrapper.unwrap();
        }
        return socket;
    }
}
