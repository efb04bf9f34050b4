package io.fleetcommand.processor.cloud;

import io.fleetcommand.processor.cloud.RecentCalls.Result;
import io.fleetcommand.processor.core.ledger.Backoff;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ports.DeviceCloud;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Value;
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
 * A circuit breaker: leaves the cloud alone while it fails as a whole. It opens once many of the latest calls, of many of
 * the devices called lately, failed by the cloud's fault: 5xx, no connection, a broken one, an answer of a front end, a
 * good token refused. A device that does not answer is the cloud at work, and one device whose calls fail alone is left
 * to its own back-off, even if no other is called. After a while two calls probe the cloud; if both succeed it closes, else the next while is
 * longer. It also closes if the probes of one device fail and those of another do not. Meanwhile {@link #mayCall()} says
 * no, so that requests wait in the ledger. Guarded by itself.
 */
public final class CloudBreaker implements DeviceCloud {
    private static final Logger LOG = LoggerFactory.getLogger(CloudBreaker.class);
    private static final int PROBES = 2;

    private final DeviceCloud cloud;
    private final RecentCalls recent;
    private final Backoff openTimes;
    private final LongSupplier tokenVersion;
    private final DoubleSupplier random;
    private final LongSupplier nanoClock;
    private State state = State.CLOSED;
    private Trial trial = new Trial();
    private int openings;
    private long nextTryNanos;
    private long versionThen;
    private int probesToClaim;
    private int probesToCall;

    private enum State {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    /**
     * When it opens.
     *
     * @param failures threshold of failed calls, among twice as many
     * @param devices threshold of failing devices, at least half of those called lately; where fewer were called, all
     *     of these, but never one alone
     * @param deviceMemory how long after its latest call a device counts as called lately
     */
    public record Threshold(int failures, int devices, Duration deviceMemory) {}

    /**
     * @param openTimes how long it stays open, by how often it has opened since it was last closed
     * @param tokenVersion the token that calls are made with: with a new one the cloud is probed at once
     * @param random random numbers from 0 to 1, for jitter
     */
    public CloudBreaker(
            DeviceCloud cloud,
            Threshold threshold,
            Backoff openTimes,
            LongSupplier tokenVersion,
            DoubleSupplier random,
            LongSupplier nanoClock) {
        this.cloud = cloud;
        this.recent = new RecentCalls(
                threshold.failures(),
                threshold.devices(),
                threshold.deviceMemory().toNanos());
        this.openTimes = openTimes;
        this.tokenVersion = tokenVersion;
        this.random = random;
        this.nanoClock = nanoClock;
    }

    /**
     * Whether a call may be prepared now. To be asked once for each call, and last: while the cloud is being probed each
     * yes is one of the few permitted.
     */
    public synchronized boolean mayCall() {
        if (state == State.CLOSED) {
            return true;
        }
        long nowNanos = nanoClock.getAsLong();
        if (nowNanos - nextTryNanos >= 0 || tokenVersion.getAsLong() != versionThen) {
            state = State.HALF_OPEN;
            trial = new Trial();
            // Calls that were permitted and not made, or hang, do not hold up the next try for ever.
            scheduleTry(nowNanos);
            probesToClaim = PROBES;
            probesToCall = PROBES;
        }
        return probesToClaim-- > 0;
    }

    /** Whether calls go through as usual. */
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
            learn(permit.get(), request.deviceId(), outcome);
            done.accept(outcome);
        });
    }

    /** The trial that a call belongs to; empty if no call may be made. */
    private synchronized Optional<Trial> permit() {
        if (state == State.CLOSED) {
            return Optional.of(new Trial());
        }
        return state == State.HALF_OPEN && probesToCall-- > 0 ? Optional.of(trial) : Optional.empty();
    }

    private synchronized void learn(Trial of, String deviceId, Outcome outcome) {
        Optional<Result> result = result(outcome);
        if (state == State.CLOSED) {
            result.ifPresent(known -> recent.add(deviceId, known, nanoClock.getAsLong()));
            if (recent.cloudFails()) {
                LOG.warn("circuit breaker open: {}", recent);
                open();
            }
        } else if (of == trial) {
            probed(deviceId, result.filter(known -> known == Result.ANSWERED).isPresent());
        }
    }

    private void probed(String deviceId, boolean answered) {
        (answered ? trial.answered : trial.failed).add(deviceId);
        if (trial.answered.size() == PROBES) {
            openings = 0;
            close();
        } else if (trial.devicesDiffer()) {
            // It may be one half of the cloud that works: should it open again, it stays open for longer.
            close();
        } else if (!answered && state == State.HALF_OPEN) {
            open();
        }
    }

    /** What an outcome says about the cloud; empty if nothing, as where there was no token to call with. */
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
        probesToClaim = 0;
        scheduleTry(nanoClock.getAsLong());
    }

    private void close() {
        state = State.CLOSED;
        recent.clear();
        LOG.info("circuit breaker closed: the cloud works again");
    }

    private void scheduleTry(long nowNanos) {
        nextTryNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(openTimes.delayMs(openings, random.getAsDouble()));
        versionThen = tokenVersion.getAsLong();
    }

    /** The devices of the probes of one trial, by how they ended. */
    private static final class Trial {
        private final List<String> answered = new ArrayList<>();
        private final List<String> failed = new ArrayList<>();

        boolean devicesDiffer() {
            return answered.stream().anyMatch(good -> failed.stream().anyMatch(bad -> !bad.equals(good)));
        }
    }
}
