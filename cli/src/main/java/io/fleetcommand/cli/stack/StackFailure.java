package io.fleetcommand.cli.stack;

/** A part of the local stack cannot run; the message says which, why, and where its log is. */
public final class StackFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StackFailure(String message) {
        super(message);
    }

    StackFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
