package io.fleetcommand.service;

import java.util.List;

/** Thrown if a service's settings are invalid; the message lists every fault, not only the first. */
public final class InvalidSettings extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidSettings(List<String> faults) {
        super("Bad settings, nothing was started:\n  - " + String.join("\n  - ", faults));
    }
}
