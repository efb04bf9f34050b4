package io.fleetcommand.cli;

/** What the shell is told at the end of a command. The help of the whole command line lists them. */
public final class ExitCodes {
    public static final int DONE = 0;
    /** It could not be done, was not found, or did not succeed. */
    public static final int FAILED = 1;
    /** The command line is wrong, or was not confirmed; nothing was done. */
    public static final int MISUSED = 2;
    /** No result came in time; it may still come. */
    public static final int NO_RESULT = 3;

    private ExitCodes() {}
}
