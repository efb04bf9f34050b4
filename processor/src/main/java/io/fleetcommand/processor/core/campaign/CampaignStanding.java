package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Reason;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a campaign stands, who brought it there, and why.
 *
 * @param sinceMs when it came to this phase
 * @param by the actor of a control, the requester, or {@link #PROCESSOR}
 * @param why in words for people
 * @param reason of INVALID and REJECTED
 * @param pauses every cause that holds, in PAUSED
 * @param ending how it will end, in STOPPING
 * @param cancelling whether its open children are being cancelled
 */
public record CampaignStanding(
        CampaignPhase phase,
        long sinceMs,
        String by,
        String why,
        Reason reason,
        Set<CampaignPause> pauses,
        Optional<CampaignPhase> ending,
        boolean cancelling) {
    /** Stands for the rules themselves. */
    static final String PROCESSOR = "processor";

    public CampaignStanding {
        Objects.requireNonNull(phase);
        Objects.requireNonNull(by);
        Objects.requireNonNull(why);
        Objects.requireNonNull(reason);
        pauses = Set.copyOf(pauses);
        if ((phase == CampaignPhase.PAUSED) == pauses.isEmpty()) {
            throw new IllegalArgumentException(phase + " with pauses " + pauses);
        }
        if ((phase == CampaignPhase.STOPPING) != ending.isPresent()) {
            throw new IllegalArgumentException(phase + " with ending " + ending);
        }
    }

    static CampaignStanding of(CampaignPhase phase, long nowMs, String by, String why) {
        return new CampaignStanding(phase, nowMs, by, why, Reason.NONE, Set.of(), Optional.empty(), false);
    }

    static CampaignStanding refused(CampaignPhase phase, long nowMs, Reason reason, String why) {
        return new CampaignStanding(phase, nowMs, PROCESSOR, why, reason, Set.of(), Optional.empty(), false);
    }

    static CampaignStanding stopping(CampaignPhase ending, boolean cancelling, long nowMs, String by, String why) {
        return new CampaignStanding(
                CampaignPhase.STOPPING, nowMs, by, why, Reason.NONE, Set.of(), Optional.of(ending), cancelling);
    }

    /** Adds a cause of a pause. The time stays that of the first cause. */
    CampaignStanding pausing(CampaignPause cause, long nowMs, String by, String why) {
        Set<CampaignPause> more = EnumSet.of(cause);
        more.addAll(pauses);
        return paused(more, nowMs, by, why);
    }

    /**
     * Ends causes of a pause. The campaign goes on in the given phase if none is left.
     *
     * @param goesOnAs RUNNING or SCHEDULED
     */
    CampaignStanding resuming(Set<CampaignPause> causes, CampaignPhase goesOnAs, long nowMs, String by, String why) {
        Set<CampaignPause> left = EnumSet.noneOf(CampaignPause.class);
        left.addAll(pauses);
        left.removeAll(causes);
        return left.isEmpty()
                ? of(goesOnAs, nowMs, by, why)
                : paused(
                        left,
                        nowMs,
                        by,
                        why + "; still "
                                + left.stream().map(CampaignPause::words).collect(Collectors.joining(", ")));
    }

    private CampaignStanding paused(Set<CampaignPause> causes, long nowMs, String by, String why) {
        long startedMs = phase == CampaignPhase.PAUSED ? sinceMs : nowMs;
        return new CampaignStanding(
                CampaignPhase.PAUSED, startedMs, by, why, Reason.NONE, causes, Optional.empty(), false);
    }

    CampaignStanding cancellingOpen(String by, String why) {
        return new CampaignStanding(phase, sinceMs, by, why, reason, pauses, ending, true);
    }

    /** Whether open children must not be called. */
    public boolean isHeld() {
        return phase == CampaignPhase.PAUSED || cancelling;
    }
}
