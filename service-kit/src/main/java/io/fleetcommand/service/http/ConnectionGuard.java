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
 * Enforces a port's connection limits. Jetty's idle timeout closes only silent connections; slow ones, which send or
 * read a byte now and then, are closed here. At the maximum number of connections a new one evicts the oldest that is
 * slow to send a request, else the one idle for longest, else the oldest: so a probe is answered however many
 * connections other clients hold. Thread-safe.
 */
final class ConnectionGuard extends AbstractLifeCycle implements Connection.Listener, HttpConfiguration.Customizer {
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);
    /** The responses of that many exchanges fit into the kernel's buffers, so no thread blocks on a slow client. */
    private static final int MAX_EXCHANGES = 50;
    /** Time in which a new connection is to send its request before it may be evicted. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final ConnectionLimits limits;
    private final Scheduler scheduler;
    private final LongSupplier nanoClock;
    private final Map<EndPoint, Usage> usages = new ConcurrentHashMap<>();

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

    private record Usage(Phase phase, long sinceNanos, int exchanges) {
        Usage in(Phase next, long nowNanos) {
            return new Usage(next, nowNanos, next == Phase.IN_EXCHANGE ? exchanges + 1 : exchanges);
        }

        /** The eviction rank: lower ones are evicted first. */
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
        scheduleSweep();
    }

    /** Closes all connections: Jetty would wait at shutdown for clients to read their responses. */
    @Override
    protected void doStop() {
        usages.keySet().forEach(this::close);
    }

    @Override
    public void onOpened(Connection connection) {
        EndPoint opened = socketOf(connection.getEndPoint());
        usages.putIfAbsent(opened, new Usage(Phase.NO_REQUEST_YET, nanoClock.getAsLong(), 0));
        while (usages.size() > limits.connections() && evictFor(opened)) {
            // Evicts until the limit holds.
        }
    }

    @Override
    public void onClosed(Connection connection) {
        usages.remove(socketOf(connection.getEndPoint()));
    }

    /** Called when a request's head has arrived. */
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

    /** @return the number of exchanges of the connection so far */
    private int enter(EndPoint socket, Phase phase) {
        return Optional.ofNullable(
                        usages.computeIfPresent(socket, (same, before) -> before.in(phase, nanoClock.getAsLong())))
                .map(Usage::exchanges)
                .orElse(MAX_EXCHANGES);
    }

    private boolean evictFor(EndPoint newcomer) {
        long nowNanos = nanoClock.getAsLong();
        Optional<EndPoint> evicted = usages.entrySet().stream()
                .filter(usage -> usage.getKey() != newcomer)
                .min(Map.Entry.comparingByValue(Comparator.<Usage>comparingInt(usage -> usage.rank(nowNanos))
                        .thenComparing((one, other) -> Long.signum(one.sinceNanos() - other.sinceNanos()))))
                .map(Map.Entry::getKey);
        evicted.ifPresent(this::close);
        return evicted.isPresent();
    }

    private void sweep() {
        long nowNanos = nanoClock.getAsLong();
        usages.forEach((socket, usage) -> {
            Duration limit = usage.phase() == Phase.IN_EXCHANGE ? limits.response() : limits.request();
            if (nowNanos - usage.sinceNanos() > limit.toNanos()) {
                close(socket);
            }
        });
        if (isRunning()) {
            scheduleSweep();
        }
    }

    private void scheduleSweep() {
        scheduler.schedule(this::sweep, SWEEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void close(EndPoint socket) {
        usages.remove(socket);
        socket.close();
    }

    /** The socket's end point, below TLS. */
    private static EndPoint socketOf(EndPoint endPoint) {
        EndPoint socket = endPoint;
        while (socket instanceof EndPoint.Wrapper wrapper) {
            socket = wrapper.unwrap();
        }
        return socket;
    }
}
