package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Guarantee;
import io.fleetcommand.processor.core.request.Priority;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One request for many devices, with every default filled in. {@link CampaignValidator} says whether it is valid;
 * everything else in this package expects that it is.
 *
 * @param product id or slug of the product
 * @param action what each device is asked
 * @param guarantee of a poll always AT_LEAST_ONCE
 * @param childTtlMs how long a child is worth running, from its release
 * @param maxAttempts of a child; 0 for as many as fit before its deadline
 * @param notBeforeMs epoch milliseconds before which it must not begin; 0 for at once
 * @param endsAtMs epoch milliseconds at which it ends; empty for never
 * @param windows when devices may be called; none for at any time
 * @param expected which values are a success; empty for the default
 * @param reason why, in words for people
 * @param retryOf the campaign it repeats in part; empty if none
 */
public record Campaign(
        String id,
        String product,
        CampaignTarget target,
        Action action,
        Guarantee guarantee,
        Priority priority,
        long childTtlMs,
        int maxAttempts,
        long notBeforeMs,
        OptionalLong endsAtMs,
        EndBehaviour endBehaviour,
        List<CampaignWindow> windows,
        Mode mode,
        CampaignRollout rollout,
        List<StopRule> stopRules,
        Optional<CampaignExpectation> expected,
        Order order,
        String requester,
        String reason,
        String retryOf,
        long createdAtMs) {
    public Campaign {
        Objects.requireNonNull(id);
        Objects.requireNonNull(product);
        Objects.requireNonNull(target);
        Objects.requireNonNull(action);
        Objects.requireNonNull(guarantee);
        Objects.requireNonNull(priority);
        Objects.requireNonNull(endsAtMs);
        Objects.requireNonNull(endBehaviour);
        windows = List.copyOf(windows);
        Objects.requireNonNull(mode);
        Objects.requireNonNull(rollout);
        stopRules = List.copyOf(stopRules);
        Objects.requireNonNull(expected);
        Objects.requireNonNull(order);
        Objects.requireNonNull(requester);
        Objects.requireNonNull(reason);
        Objects.requireNonNull(retryOf);
    }

    /** What happens at the end: open children end by themselves, or those not called yet are cancelled. */
    public enum EndBehaviour {
        STOP_RELEASING,
        CANCEL_OPEN
    }

    /** Whether devices that match the target later belong to it. */
    public enum Mode {
        SNAPSHOT,
        CONTINUOUS
    }

    /** The order of release. */
    public enum Order {
        HASHED,
        AS_LISTED
    }

    /** Which values are a success. */
    public CampaignExpectation expectation() {
        return expected.orElseGet(() -> CampaignExpectation.defaultFor(action));
    }

    /** The request_id of a device's child. */
    public String childId(String deviceId) {
        return id + "/" + deviceId;
    }

    boolean isContinuous() {
        return mode == Mode.CONTINUOUS;
    }
}
