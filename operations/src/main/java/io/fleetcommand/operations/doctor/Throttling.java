package io.fleetcommand.operations.doctor;

/** What it means that the cloud answers 429. */
final class Throttling {
    private Throttling() {}

    static Finding finding(CloudAnswer answer) {
        String retry =
                answer.retryAfter().matches("[0-9]{1,6}") ? "; it says to wait " + answer.retryAfter() + " s" : "";
        return Finding.failed(
                "the cloud answers 429: the quota of this address is used up, or it is locked out" + retry,
                "wait five minutes (half an hour after ten wrong secrets), and see who else calls from this address");
    }
}
