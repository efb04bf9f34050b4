package io.fleetcommand.processor.core.campaign;

/** Where a campaign stands. The meanings are documented in the published {@code CampaignPhase}. */
public enum CampaignPhase {
    DRAFT,
    SCHEDULED,
    RUNNING,
    PAUSED,
    STOPPING,
    COMPLETED,
    INCOMPLETE,
    ABORTED,
    CANCELLED,
    EXPIRED,
    INVALID,
    REJECTED,
    CONFLICT;

    /** Whether nothing follows: no child is open and none will be released. */
    public boolean isEnd() {
        return ordinal() >= COMPLETED.ordinal();
    }

    /** Whether children may have been released and more may follow. */
    public boolean isActive() {
        return this == SCHEDULED || this == RUNNING || this == PAUSED;
    }

    /** Whether the campaign ended before it began: it never had a child, so its id may be used again. */
    public boolean neverBegan() {
        return this == INVALID || this == REJECTED;
    }
}
