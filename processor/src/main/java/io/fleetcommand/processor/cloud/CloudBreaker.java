package io.fleetcommand.processor.cloud;

import dev.failsafe.CircuitBreaker;
import io.fleetcommand.processor.core.Backoff;
import io.fleetcommand.processor.core.DeviceCloud;
import io.fleetcommand.processor.core.Outcome;
import io.fleetcommand.processor.core.Outcome.Kind;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.Value;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves the cloud alone while it fails as a whole. It opens once many of the latest calls failed by the cloud's fault:
 * 5xx, no connection, a broken one. A device that does not answer, or an answer that nobody likes, is the cloud at work.
 * After a while two calls try it; if both succeed it closes, else the next while is longer. Meanwhile
 * {@link #mayCall()} says no, so that requests wait in the ledger. Guarded by itself.
 */
public final class CloudBreaker implements DeviceCloud {
    private static final Logger LOG = LoggerFactory.getLogger(CloudBreaker.class);
    private static final int PROBES = 2;
    /** Failsafe reads a clock of its own; this class keeps the time instead, and says when to try again. */
    private static final Duration UNTIL_TOLD = Duration.ofDays(10_000);

    private final DeviceCloud cloud;
    private final CircuitBreaker<Outcome> breaker;
    private final Backoff rests;
    private final DoubleSupplier chance;
    private final LongSupplier nanoClock;
    private int openings;
    private long nextTryNanos;
    private int probesLeft;

    /**
     * @param failures so many failures among twice as many calls open it
     * @param rests how long it stays open, by how often it has opened since it was last closed
     * @param chance random numbers from 0 to 1, for jitter
     */
    public CloudBreaker(DeviceCloud cloud, int failures, Backoff rests, DoubleSupplier chance, LongSupplier nanoClock) {
        this.cloud = cloud;
        this.rests = rests;
        this.chance = chance;
        this.nanoClock = nanoClock;
        this.breaker = CircuitBreaker.<Outcome>builder()
                .withFailureThreshold(failures, 2 * failures)
                .withSuccessThreshold(PROBES)
                .withDelay(UNTIL_TOLD)
                .onOpen(event -> opened())
                .onClose(event -> closed())
                .build();
    }

    /**
     * Whether a call may be prepared now. To be asked once for each call, and last: while the cloud is being tried each
     * yes is one of the few permitted.
     */
    public synchronized boolean mayCall() {
        if (breaker.isClosed()) {
            return true;
        }
        long nowNanos = nanoClock.getAsLong();
        if (nowNanos - nextTryNanos >= 0) {
            if (breaker.isOpen()) {
                breaker.halfOpen();
            }
            // Calls that were permitted and not made, or hang, do not hold up the next try for ever.
            rest(nowNanos);
            probesLeft = PROBES;
        }
        return probesLeft-- > 0;
    }

    /** Whether calls go through as usual. */
    public boolean isClosed() {
        return breaker.isClosed();
    }

    @Override
    public void call(Request request, Consumer<Outcome> done) {
        if (!breaker.tryAcquirePermit()) {
            done.accept(new Outcome(
                    Kind.NOT_SENT,
                    Reason.CLOUD_FAILURE,
                    "the cloud fails and is left alone for a while",
                    Value.NONE,
                    0,
                    0,
                    false,
                    0));
            return;
        }
        cloud.call(request, outcome -> {
            learn(outcome);
            done.accept(outcome);
        });
    }

    private synchronized void learn(Outcome outcome) {
        boolean failed = outcome.kind() == Kind.UNCERTAIN
                || outcome.kind() == Kind.NOT_SENT && outcome.reason() == Reason.CLOUD_FAILURE;
        boolean saysNothing = outcome.kind() == Kind.NOT_SENT && !failed;
        if (failed || saysNothing && breaker.isHalfOpen()) {
            breaker.recordFailure();
        } else if (!saysNothing) {
            breaker.recordSuccess();
        }
    }

    private void opened() {
        openings++;
        rest(nanoClock.getAsLong());
        probesLeft = 0;
        if (openings == 1) {
            LOG.warn("the cloud fails; calls wait and try it now and then");
        }
    }

    private void closed() {
        openings = 0;
        LOG.info("the cloud works again");
    }

    private void rest(long nowNanos) {
        nextTryNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(rests.delayMs(openings, chance.getAsDouble()));
    }
}
