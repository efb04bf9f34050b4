package io.fleetcommand.registry;

/** Thrown if bytes do not conform to their writer's schema. Without stack trace, as there may be many. */
final class MalformedBody extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedBody(String message) {
        super(message, null, false, false);
    }
}
