package io.fleetcommand.processor.quota;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which group of instances may spend the quota: of those whose claims are still good, the one that claimed first in the
 * order of the topic. All who read the topic agree. Not safe for use by many threads.
 */
final class QuotaOwnership {
    private static final long LIFE_MS = 30_000;
    private static final int MAX_GROUPS = 1_000;

    private final String group;
    private final Map<String, QuotaMessage.Owner> claims = new HashMap<>();
    private boolean isHeld;

    /** @param group the one that this instance belongs to */
    QuotaOwnership(String group) {
        this.group = group;
    }

    /**
     * While this group has the quota, another's claim to have begun earlier counts only from where it stands, if nobody
     * heard that beginning.
     *
     * @param offset where the line stands in the topic
     */
    void apply(QuotaMessage.Owner claim, long offset, long nowMs) {
        claims.values().removeIf(known -> known.untilMs() <= nowMs);
        if (claim.untilMs() <= nowMs || claims.size() >= MAX_GROUPS && !claims.containsKey(claim.group())) {
            return;
        }
        boolean isNew = claim.claimedAt() == QuotaMessage.Owner.FIRST
                || isHeld && !claim.group().equals(group) && claims.containsKey(group) && !isKnown(claim);
        claims.put(
                claim.group(),
                new QuotaMessage.Owner(claim.group(), isNew ? offset : claim.claimedAt(), claim.untilMs()));
    }

    private boolean isKnown(QuotaMessage.Owner claim) {
        return Optional.ofNullable(claims.get(claim.group()))
                .filter(known -> known.claimedAt() == claim.claimedAt())
                .isPresent();
    }

    /** All that was told before this group's claim was read, and nothing speaks against it. */
    void held() {
        isHeld = true;
    }

    /** The claim to write: a new one, or the group's own made longer. */
    QuotaMessage.Owner claim(long nowMs) {
        long claimedAt = Optional.ofNullable(claims.get(group))
                .filter(own -> nowMs < own.untilMs())
                .map(QuotaMessage.Owner::claimedAt)
                .orElse(QuotaMessage.Owner.FIRST);
        return new QuotaMessage.Owner(group, claimedAt, nowMs + LIFE_MS);
    }

    /** Another group that owns the quota now. */
    Optional<QuotaMessage.Owner> other(long nowMs) {
        return claims.values().stream()
                .filter(claim -> nowMs < claim.untilMs())
                .min(Comparator.comparingLong(QuotaMessage.Owner::claimedAt))
                .filter(first -> !first.group().equals(group));
    }
}
