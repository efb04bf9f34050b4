package io.fleetcommand.stack.command;

/** The commands that run the whole system on this machine. */
public final class StackCommands {
    private StackCommands() {}

    public static Object[] all() {
        return new Object[] {new DemoCommand(), new UpCommand()};
    }
}
