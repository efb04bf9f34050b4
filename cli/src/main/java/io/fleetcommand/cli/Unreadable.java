package io.fleetcommand.cli;

import java.io.PrintWriter;

/** What is said of records that were passed over, since they are not what their topic is for. */
final class Unreadable {
    private Unreadable() {}

    static void tell(long count, PrintWriter err) {
        if (count > 0) {
            err.println(
                    count == 1
                            ? "1 record could not be read and was passed over"
                            : count + " records could not be read and were passed over");
            err.flush();
        }
    }
}
