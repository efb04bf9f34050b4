package io.fleetcommand.token.rotation;

import io.fleetcommand.service.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Limits failed attempts, so that the cloud does not lock this address out: it does so for 30 minutes after ten failed
 * token creations in a row (docs/cloud-contract.md §5.1). An attempt counts as failed from its intent until it is known to
 * have succeeded, so that crashes in between count too. After three consecutive failures there is at most one attempt
 * in any 30 minutes, with pauses that double; after eight only an operator's rotation request causes one. Immutable.
 *
 * @param failures consecutive failed attempts
 * @param outages consecutive attempts that were throttled, or failed for another reason than the credentials; they do
 *     not count as failures
 * @param notBefore earliest time of the next attempt
 */
public record LockoutGuard(int failures, int outages, Instant notBefore) {
    public static final LockoutGuard NEW = new LockoutGuard(0, 0, Instant.EPOCH);
    /** From this number of failures on there is an alarm, and pauses are long. */
    public static final int MAX_IN_A_ROW = 3;
    /** From this number of failures on only a rotation request causes an attempt. */
    public static final int MAX_WITHOUT_REQUEST = 8;
    /**
     * From this number of failures on even a rotation request waits for a day: the next failure would lock the address
     * out.
     */
    public static final int MAX_FAILURES = 9;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration SECOND_PAUSE = Duration.ofSeconds(60);
    private static final Backoff LONG_PAUSE = Backoff.doubling(Duration.ofMinutes(30), Duration.ofHours(4));
    private static final Duration DAY = Duration.ofDays(1);
    /** The window of the cloud's limit of 100 token requests. */
    private static final Duration THROTTLED_PAUSE = Duration.ofMinutes(5);

    private static final Backoff OUTAGE_RETRY = new Backoff(500, 2, 60_000, 0.5);

    public LockoutGuard {
        Objects.requireNonNull(notBefore);
    }

    /** Whether an operator must act. */
    public boolean isAlarm() {
        return failures >= MAX_IN_A_ROW;
    }

    boolean allowsAttempt(Instant now, boolean requested) {
        boolean pauseOver = !now.isBefore(notBefore);
        return requested ? pauseOver || failures < MAX_FAILURES : pauseOver && failures < MAX_WITHOUT_REQUEST;
    }

    LockoutGuard attemptStarted(Instant now) {
        return new LockoutGuard(failures + 1, outages, now.plus(pause(failures + 1)));
    }

    LockoutGuard succeeded() {
        return NEW;
    }

    /** @param random a random number from 0 to 1, for jitter */
    LockoutGuard issueFailed(Instant now, double random) {
        return new LockoutGuard(failures - 1, outages + 1, now.plus(OUTAGE_RETRY.delay(outages + 1, random)));
    }

    LockoutGuard throttled(Instant now) {
        return new LockoutGuard(failures - 1, outages + 1, now.plus(THROTTLED_PAUSE));
    }

    private static Duration pause(int failures) {
        if (failures >= MAX_WITHOUT_REQUEST) {
            return DAY;
        }
        if (failures >= MAX_IN_A_ROW) {
            return LONG_PAUSE.delay(failures - MAX_IN_A_ROW + 1);
        }
        return failures == 1 ? FIRST_PAUSE : SECOND_PAUSE;
    }
}
