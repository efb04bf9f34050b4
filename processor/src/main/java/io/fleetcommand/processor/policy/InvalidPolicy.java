package io.fleetcommand.processor.policy;

import java.util.List;

/** Thrown for an invalid policy file; the message lists every fault. */
public final class InvalidPolicy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidPolicy(String file, List<String> faults) {
        super("the policy " + file + " cannot be used: " + String.join("; ", faults));
    }
}
