package io.fleetcommand.cli;

/** What the shell is told at the end of a command. The help of the whole command line lists them. */
final class ExitCodes {
    static final int DONE = 0;
    /** It could not be done, was not found, or did not succeed. */
    static final int FAILED = 1;
    /** The command line is wrong, or was not confirmed; nothing was done. */
    static final int MISUSED = 2;
    /** No result came in time; it may still come. */
    static final int NO_RESULT = 3;

    private ExitCodes() {}
}
