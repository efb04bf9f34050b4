package io.fleetcommand.cli;

import io.fleetcommand.text.VisibleText;
import java.util.Collection;
import java.util.stream.Collectors;

/** What is said where a request id alone does not tell which request is meant. */
final class Devices {
    private static final int SHOWN = 20;
    private static final int LONGEST = 100;

    private Devices() {}

    /** Asks for the device of a request whose id is used at several. */
    static String choose(String id, Collection<String> devices) {
        String some = devices.stream()
                .limit(SHOWN)
                .map(device -> VisibleText.of(device, LONGEST))
                .collect(Collectors.joining(", "));
        return "the id " + VisibleText.of(id) + " is used at " + devices.size() + " devices: " + some
                + (devices.size() > SHOWN ? ", ..." : "") + "; say which by --device";
    }
}
