package io.fleetcommand.processor.streams.topology;

/**
 * Dealing with one record, or with the clock, has failed in a way that nobody foresaw. What the task wrote since its last
 * commit is undone, and the record is read again by a fresh stream thread.
 */
final class UnexpectedFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnexpectedFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether a failure is one of these, or was caused by one. */
    static boolean isIn(Throwable failure) {
        return failure != null
                && (failure instanceof UnexpectedFailure || failure.getCause() != failure && isIn(failure.getCause()));
    }
}
