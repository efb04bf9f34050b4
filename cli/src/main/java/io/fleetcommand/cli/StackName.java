package io.fleetcommand.cli;

import java.util.Optional;

/** The name of the stack that a command is for, as its option or the environment says. */
public final class StackName {
    public static final String VARIABLE = "FLEET_STACK";

    private StackName() {}

    /** @param option as given on the command line, which goes before the environment */
    static Optional<String> given(Optional<String> option) {
        return option.or(() -> Optional.ofNullable(System.getenv(VARIABLE)).filter(name -> !name.isBlank()));
    }
}
