package io.fleetcommand.operations.doctor;

/**
 * What a check has found.
 *
 * @param status whether that is as it must be
 * @param found in words, safe to show
 * @param advice what to do; empty if there is nothing to do
 * @param calls how many requests of the cloud's quota it took
 */
public record Finding(Status status, String found, String advice, int calls) {
    /** Whether a thing is as it must be. */
    public enum Status {
        OK,
        /** It works, but not for long, or not for everything. */
        WARNING,
        FAILED,
        /** It was not looked at; what was found says why. */
        SKIPPED
    }

    public static Finding ok(String found) {
        return new Finding(Status.OK, found, "", 0);
    }

    public static Finding warning(String found, String advice) {
        return new Finding(Status.WARNING, found, advice, 0);
    }

    public static Finding failed(String found, String advice) {
        return new Finding(Status.FAILED, found, advice, 0);
    }

    public static Finding skipped(String why) {
        return new Finding(Status.SKIPPED, why, "", 0);
    }

    /** The same, with what it took of the quota. */
    public Finding after(int cloudCalls) {
        return new Finding(status, found, advice, cloudCalls);
    }
}
