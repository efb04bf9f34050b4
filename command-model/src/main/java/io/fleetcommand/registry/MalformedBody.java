package io.fleetcommand.registry;

/** Bytes that do not follow the schema that they claim to follow. Has no stack trace: there may be many. */
final class MalformedBody extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedBody(String message) {
        super(message, null, false, false);
    }
}
