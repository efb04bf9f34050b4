package io.fleetcommand.stack;

import io.fleetcommand.cli.MultiLineMessage;

/** A part of the local stack cannot run; the message says which, why, and where its log is. */
public final class StackFailure extends RuntimeException implements MultiLineMessage {
    private static final long serialVersionUID = 1L;

    public StackFailure(String message) {
        super(message);
    }

    public StackFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
