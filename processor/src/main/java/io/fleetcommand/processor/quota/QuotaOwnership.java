package io.fleetcommand.processor.quota;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which group of instances owns the quota: of the groups whose claims have not expired, the one that claimed
 * first in the order of the topic. All readers of the topic agree. Not thread-safe.
 */
final class QuotaOwnership {
    private static final long LIFE_MS = 30_000;
    private static final int MAX_GROUPS = 1_000;

    private final String group;
    private final Map<String, QuotaMessage.Owner> claims = new HashMap<>();
    private boolean isConfirmed;

    /** @param group the group of this instance */
    QuotaOwnership(String group) {
        this.group = group;
    }

    /**
     * Applies a claim. While this group owns the quota, another group's claim to have begun earlier counts only from
     * its own offset, unless that earlier claim was received.
     *
     * @param offset the offset of the claim in the topic
     */
    void apply(QuotaMessage.Owner claim, long offset, long nowMs) {
        claims.values().removeIf(known -> known.untilMs() <= nowMs);
        if (claim.untilMs() <= nowMs || claims.size() >= MAX_GROUPS && !claims.containsKey(claim.group())) {
            return;
        }
        boolean isNew = claim.claimedAt() == QuotaMessage.Owner.FIRST
                || isConfirmed && !claim.group().equals(group) && claims.containsKey(group) && !isKnown(claim);
        claims.put(
                claim.group(),
                new QuotaMessage.Owner(claim.group(), isNew ? offset : claim.claimedAt(), claim.untilMs()));
    }

    private boolean isKnown(QuotaMessage.Owner claim) {
        return Optional.ofNullable(claims.get(claim.group()))
                .filter(known -> known.claimedAt() == claim.claimedAt())
                .isPresent();
    }

    /** Marks this group as the owner: all records before its claim have been read, and none contradicts it. */
    void confirm() {
        isConfirmed = true;
    }

    /** The claim to publish: a new one, or the extension of the group's own. */
    QuotaMessage.Owner claim(long nowMs) {
        long claimedAt = Optional.ofNullable(claims.get(group))
                .filter(own -> nowMs < own.untilMs())
                .map(QuotaMessage.Owner::claimedAt)
                .orElse(QuotaMessage.Owner.FIRST);
        return new QuotaMessage.Owner(group, claimedAt, nowMs + LIFE_MS);
    }

    /** The group that owns the quota now, if it is another one. */
    Optional<QuotaMessage.Owner> otherOwner(long nowMs) {
        return claims.values().stream()
                .filter(claim -> nowMs < claim.untilMs())
                .min(Comparator.comparingLong(QuotaMessage.Owner::claimedAt))
                .filter(owner -> !owner.group().equals(group));
    }
}
