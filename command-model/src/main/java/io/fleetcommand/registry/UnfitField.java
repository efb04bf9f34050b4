package io.fleetcommand.registry;

/** A field of a writer's schema that cannot be read, whatever its value. Has no stack trace: there may be many. */
final class UnfitField extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param why follows the field's name */
    UnfitField(String field, String why) {
        super("its field " + field + " " + why, null, false, false);
    }
}
