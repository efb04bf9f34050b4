package io.fleetcommand.token.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Keeps this address from being locked out: the cloud blocks it for 30 minutes after ten failed token creations in a
 * row (contract, section 5.1). An attempt counts as failed from the moment it is intended until it is known to have
 * succeeded, so a crash in the middle, or fifty, are counted too. After three in a row any 30 minutes see at most one
 * more, with pauses that double; after eight only an operator's order mints.
 *
 * @param failures in a row
 * @param outages how often in a row the cloud could not be asked, or not answer; these do not count as failures
 * @param notBefore the next attempt's earliest time
 */
public record LockoutGuard(int failures, int outages, Instant notBefore) {
    public static final LockoutGuard NEW = new LockoutGuard(0, 0, Instant.EPOCH);
    /** From here on it is an alarm, and pauses are long. */
    public static final int MAX_IN_A_ROW = 3;
    /** From here on only an order mints. */
    public static final int MAX_WITHOUT_REQUEST = 8;
    /** From here on not even an order mints, until a day has passed: the next failure would lock the address out. */
    public static final int MAX_FAILURES = 9;

    static final Duration LONG_PAUSE = Duration.ofMinutes(30);
    static final Duration MAX_PAUSE = Duration.ofHours(4);
    static final Duration DAY = Duration.ofDays(1);
    /** The cloud's window of 100 token requests. */
    static final Duration THROTTLED_PAUSE = Duration.ofMinutes(5);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration SECOND_PAUSE = Duration.ofSeconds(60);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LAST_RETRY = Duration.ofSeconds(60);

    public LockoutGuard {
        Objects.requireNonNull(notBefore);
    }

    /** Whether it is an alarm that people must look at. */
    public boolean isAlarm() {
        return failures >= MAX_IN_A_ROW;
    }

    boolean allowsAttempt(Instant now, boolean ordered) {
        boolean rested = !now.isBefore(notBefore);
        return ordered ? rested || failures < MAX_FAILURES : rested && failures < MAX_WITHOUT_REQUEST;
    }

    LockoutGuard attemptStarted(Instant now) {
        return new LockoutGuard(failures + 1, outages, now.plus(pause(failures + 1)));
    }

    LockoutGuard succeeded() {
        return NEW;
    }

    /** @param random a random number from 0 to 1 */
    LockoutGuard issueFailed(Instant now, double random) {
        double fullMs = Math.min(LAST_RETRY.toMillis(), FIRST_RETRY.toMillis() * Math.pow(2, Math.min(outages, 20)));
        return new LockoutGuard(failures - 1, outages + 1, now.plusMillis(Math.round(fullMs * (1 - 0.5 * random))));
    }

    LockoutGuard throttled(Instant now) {
        return new LockoutGuard(failures - 1, outages + 1, now.plus(THROTTLED_PAUSE));
    }

    private static Duration pause(int failures) {
        if (failures >= MAX_WITHOUT_REQUEST) {
            return DAY;
        }
        if (failures >= MAX_IN_A_ROW) {
            Duration doubled = LONG_PAUSE.multipliedBy(1L << (failures - MAX_IN_A_ROW));
            return doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE;
        }
        return failures == 1 ? FIRST_PAUSE : SECOND_PAUSE;
    }
}
