package io.fleetcommand.processor.core.campaign;

import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a person asks of a campaign.
 *
 * @param controlId the caller's name for it; the same one again changes nothing
 * @param stage GO_ON: the stage, from 1, whose gate is meant; empty for the one it waits at
 * @param cancelOpen CANCEL: whether released children that were not called yet are cancelled too
 * @param perMinute SET: the rate from now on
 * @param maxOpen SET: how many children that could run may be open at once
 * @param limit SET: how many devices at most
 */
public record CampaignControl(
        String campaignId,
        String controlId,
        Kind kind,
        OptionalInt stage,
        boolean cancelOpen,
        OptionalDouble perMinute,
        OptionalInt maxOpen,
        OptionalInt limit,
        String actor,
        String reason) {
    public CampaignControl {
        Objects.requireNonNull(campaignId);
        Objects.requireNonNull(controlId);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(stage);
        Objects.requireNonNull(perMinute);
        Objects.requireNonNull(maxOpen);
        Objects.requireNonNull(limit);
        Objects.requireNonNull(actor);
        Objects.requireNonNull(reason);
    }

    /** What is asked: the published {@code CampaignAction}. */
    public enum Kind {
        APPROVE,
        GO_ON,
        PAUSE,
        RESUME,
        CANCEL,
        SET
    }
}
