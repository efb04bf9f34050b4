package io.fleetcommand.registry;

/** Thrown if a field of a writer's schema is never readable. Without stack trace, as there may be many. */
final class UnreadableField extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param reason follows the field's name */
    UnreadableField(String field, String reason) {
        super("its field " + field + " " + reason, null, false, false);
    }
}
