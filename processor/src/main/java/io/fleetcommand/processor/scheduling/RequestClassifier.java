package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import java.util.function.Supplier;

/**
 * Tells what the call of a request counts towards, by the access policy in force. Confined to the task's stream thread.
 */
final class RequestClassifier {
    private final Supplier<AccessPolicy> currentPolicy;
    /** The policy version from which the rate caps of the requests in memory were computed. */
    private AccessPolicy policy;

    RequestClassifier(Supplier<AccessPolicy> currentPolicy) {
        this.currentPolicy = currentPolicy;
        this.policy = currentPolicy.get();
    }

    QueuedRequest classify(LedgerEntry entry) {
        return QueuedRequest.of(entry, policy);
    }

    /**
     * Takes over the policy in force.
     *
     * @return whether requests that were classified before may count towards other rate caps now
     */
    boolean refresh() {
        AccessPolicy before = policy;
        policy = currentPolicy.get();
        return !before.equals(policy) && (before.hasRateCaps() || policy.hasRateCaps());
    }
}
