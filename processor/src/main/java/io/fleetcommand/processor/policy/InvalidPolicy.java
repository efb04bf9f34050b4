package io.fleetcommand.processor.policy;

import java.util.List;

/** A policy file that cannot be used; the message lists every fault. */
public final class InvalidPolicy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidPolicy(String file, List<String> faults) {
        super("the policy " + file + " cannot be used: " + String.join("; ", faults));
    }
}
