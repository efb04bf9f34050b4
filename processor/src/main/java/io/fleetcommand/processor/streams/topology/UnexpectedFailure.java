package io.fleetcommand.processor.streams.topology;

/**
 * Processing a record or a tick has failed unexpectedly. What the task wrote since its last commit is rolled back, and
 * the record is read again by a new stream thread.
 */
final class UnexpectedFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnexpectedFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether a failure is an UnexpectedFailure, or was caused by one. */
    static boolean isIn(Throwable failure) {
        return failure != null
                && (failure instanceof UnexpectedFailure || failure.getCause() != failure && isIn(failure.getCause()));
    }
}
