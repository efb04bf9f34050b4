package io.fleetcommand.processor.cloud;

import io.fleetcommand.processor.cloud.RecentCalls.Result;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ports.DeviceCloud;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.service.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A circuit breaker around the device cloud. It opens once enough of the latest calls, of enough of the recently called
 * devices, failed by the cloud's fault: 5xx, no connection, a broken connection, a response of a front end, a valid
 * token rejected. A device that does not respond is not a fault of the cloud, and a single failing device is left to
 * its own back-off, even if no other device is called. While the breaker is open, {@link #tryAcquirePermission()}
 * returns false, so that requests wait in the ledger. After the open time it is half-open and permits two probe calls:
 * if both succeed it closes, else it opens again for longer. It also closes if the probes of one device fail and those
 * of another succeed. Thread-safe: guarded by {@code this}.
 */
public final class CloudBreaker implements DeviceCloud {
    private static final Logger LOG = LoggerFactory.getLogger(CloudBreaker.class);
    private static final int PROBES = 2;

    private final DeviceCloud cloud;
    private final RecentCalls recent;
    private final Backoff openDurations;
    private final LongSupplier tokenVersion;
    private final DoubleSupplier random;
    private final LongSupplier nanoClock;
    private State state = State.CLOSED;
    private Trial trial = new Trial();
    private int openings;
    private long nextProbeNanos;
    private long versionAtSchedule;
    private int probesToPermit;
    private int probesToCall;

    private enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /**
     * The conditions under which the breaker opens.
     *
     * @param failures number of failed calls within the last 2 × as many calls
     * @param devices number of failing devices, which must also be at least half of the recently called devices; if
     *     fewer devices were called, all of them must fail, and at least two
     * @param deviceMemory how long after its latest call a device counts as recently called
     */
    public record Threshold(int failures, int devices, Duration deviceMemory) {}

    /**
     * @param openDurations how long the breaker stays open, by the number of openings since it last closed after
     *     successful probes
     * @param tokenVersion version of the token in use: with a new token the cloud is probed at once
     * @param random uniform random numbers in [0, 1), for jitter
     */
    public CloudBreaker(
            DeviceCloud cloud,
            Threshold threshold,
            Backoff openDurations,
            LongSupplier tokenVersion,
            DoubleSupplier random,
            LongSupplier nanoClock) {
        this.cloud = cloud;
        this.recent = new RecentCalls(
                threshold.failures(),
                threshold.devices(),
                threshold.deviceMemory().toNanos());
        this.openDurations = openDurations;
        this.tokenVersion = tokenVersion;
        this.random = random;
        this.nanoClock = nanoClock;
    }

    /**
     * Whether a call may be prepared now. To be asked once per call and as the last condition: while half-open, each
     * {@code true} uses up one of the probes.
     */
    public synchronized boolean tryAcquirePermission() {
        if (state == State.CLOSED) {
            return true;
        }
        long nowNanos = nanoClock.getAsLong();
        if (nowNanos - nextProbeNanos >= 0 || tokenVersion.getAsLong() != versionAtSchedule) {
            state = State.HALF_OPEN;
            trial = new Trial();
            // Schedules the next half-open period, so that probes that were permitted and not made, or that hang, do
            // not block it.
            scheduleProbe(nowNanos);
            probesToPermit = PROBES;
            probesToCall = PROBES;
        }
        return probesToPermit-- > 0;
    }

    /** Whether the breaker is closed. */
    public synchronized boolean isClosed() {
        return state == State.CLOSED;
    }

    @Override
    public void call(Request request, Consumer<Outcome> done) {
        Optional<Trial> permit = permit();
        if (permit.isEmpty()) {
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
            onOutcome(permit.get(), request.deviceId(), outcome);
            done.accept(outcome);
        });
    }

    /** The trial that a call belongs to; empty if the breaker does not permit it. */
    private synchronized Optional<Trial> permit() {
        if (state == State.CLOSED) {
            return Optional.of(new Trial());
        }
        return state == State.HALF_OPEN && probesToCall-- > 0 ? Optional.of(trial) : Optional.empty();
    }

    private synchronized void onOutcome(Trial calledIn, String deviceId, Outcome outcome) {
        Optional<Result> result = result(outcome);
        if (state == State.CLOSED) {
            result.ifPresent(known -> recent.add(deviceId, known, nanoClock.getAsLong()));
            if (recent.cloudFails()) {
                LOG.warn("circuit breaker open: {}", recent);
                open();
            }
        } else if (calledIn == trial) {
            onProbe(deviceId, result.filter(known -> known == Result.ANSWERED).isPresent());
        }
    }

    private void onProbe(String deviceId, boolean answered) {
        (answered ? trial.answered : trial.failed).add(deviceId);
        if (trial.answered.size() == PROBES) {
            openings = 0;
            close();
        } else if (trial.devicesDiffer()) {
            // Part of the cloud works. The count of openings is kept, so that the breaker stays open for longer if it
            // opens again.
            close();
        } else if (!answered && state == State.HALF_OPEN) {
            open();
        }
    }

    /** What an outcome says about the cloud; empty if nothing, as when there was no token to call with. */
    private static Optional<Result> result(Outcome outcome) {
        return switch (outcome.kind()) {
            case UNCERTAIN, GARBLED, UNAUTHORISED -> Optional.of(Result.FAILED);
            case NOT_SENT -> outcome.reason() == Reason.CLOUD_FAILURE ? Optional.of(Result.NOT_SENT) : Optional.empty();
            case DONE, REFUSED, THROTTLED, UNREACHABLE -> Optional.of(Result.ANSWERED);
        };
    }

    private void open() {
        state = State.OPEN;
        openings++;
        probesToPermit = 0;
        scheduleProbe(nanoClock.getAsLong());
    }

    private void close() {
        state = State.CLOSED;
        recent.clear();
        LOG.info("circuit breaker closed: the cloud works again");
    }

    private void scheduleProbe(long nowNanos) {
        nextProbeNanos =
                nowNanos + TimeUnit.MILLISECONDS.toNanos(openDurations.delayMs(openings, random.getAsDouble()));
        versionAtSchedule = tokenVersion.getAsLong();
    }

    /** The devices probed in one half-open period, by result. */
    private static final class Trial {
        private final List<String> answered = new ArrayList<>();
        private final List<String> failed = new ArrayList<>();

        boolean devicesDiffer() {
            return answered.stream().anyMatch(one -> failed.stream().anyMatch(other -> !other.equals(one)));
        }
    }
}
