package io.fleetcommand.processor.core.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Everything that must be stored of one campaign beside its content, its target and its children. It commits together
 * with them.
 *
 * @param digest of the content, by which the same campaign is known again
 * @param controlIds the latest controls that were carried out
 */
public record CampaignState(
        String campaignId,
        String digest,
        String requester,
        CampaignStanding standing,
        Targeting targeting,
        CampaignCounts counts,
        Pace pace,
        StopTally stops,
        List<String> controlIds,
        Publication publication) {
    /** How many controls are known again. */
    static final int MAX_CONTROL_IDS = 32;

    public CampaignState {
        Objects.requireNonNull(campaignId);
        Objects.requireNonNull(digest);
        Objects.requireNonNull(requester);
        Objects.requireNonNull(standing);
        Objects.requireNonNull(targeting);
        Objects.requireNonNull(counts);
        Objects.requireNonNull(pace);
        Objects.requireNonNull(stops);
        controlIds = List.copyOf(controlIds);
        Objects.requireNonNull(publication);
    }

    /**
     * What is known of the target.
     *
     * @param listed whether its devices were listed
     * @param matching how many devices match, whatever the limit
     * @param limit how many of them are meant at most
     * @param cursor the position of the last device that was released
     * @param inventoryAtMs when the inventory was made; empty if none was used
     */
    public record Targeting(
            boolean listed, long matching, OptionalInt limit, ReleasePosition cursor, OptionalLong inventoryAtMs) {
        public Targeting {
            Objects.requireNonNull(limit);
            Objects.requireNonNull(cursor);
            Objects.requireNonNull(inventoryAtMs);
        }

        /** How many devices are meant. */
        long meant() {
            return limit.isPresent() ? Math.min(limit.getAsInt(), matching) : matching;
        }

        Targeting listing(long more, OptionalLong atMs) {
            return new Targeting(true, matching + more, limit, cursor, atMs.isPresent() ? atMs : inventoryAtMs);
        }

        Targeting limitedTo(int devices) {
            return new Targeting(listed, matching, OptionalInt.of(devices), cursor, inventoryAtMs);
        }

        Targeting releasedTo(ReleasePosition position) {
            return new Targeting(listed, matching, limit, position, inventoryAtMs);
        }
    }

    /**
     * How fast the campaign goes.
     *
     * @param maxOpen how many children that could run may be open at once
     * @param stage how many stages are over
     */
    public record Pace(RampState ramp, int maxOpen, int stage) {
        public Pace {
            Objects.requireNonNull(ramp);
        }

        Pace with(RampState other) {
            return new Pace(other, maxOpen, stage);
        }

        Pace opening(int places) {
            return new Pace(ramp, places, stage);
        }

        Pace nextStage() {
            return new Pace(ramp, maxOpen, stage + 1);
        }
    }

    /**
     * What was published of the campaign.
     *
     * @param sequence grows with each change that is worth a record
     * @param publishedSequence that of the last record
     * @param publishedAtMs when it was published
     */
    public record Publication(long sequence, long publishedSequence, long publishedAtMs) {
        /** The least time between two records of a campaign. */
        private static final long INTERVAL_MS = 1_000;

        static final Publication NONE = new Publication(0, 0, 0);

        Publication changed() {
            return new Publication(sequence + 1, publishedSequence, publishedAtMs);
        }

        /** A clock that was set back does not delay a record. */
        boolean isDue(long nowMs) {
            return sequence > publishedSequence && (nowMs < publishedAtMs || nowMs - publishedAtMs >= INTERVAL_MS);
        }

        Publication published(long nowMs) {
            return new Publication(sequence, sequence, nowMs);
        }
    }

    public CampaignPhase phase() {
        return standing.phase();
    }

    /** Whether a record that was decided is still to be published. */
    public boolean isPublicationPending() {
        return publication.sequence() > publication.publishedSequence();
    }

    CampaignState with(CampaignStanding other) {
        return new CampaignState(
                campaignId, digest, requester, other, targeting, counts, pace, stops, controlIds, publication);
    }

    /** With other knowledge of the target, and the counts that follow from it. */
    CampaignState with(Targeting other) {
        CampaignCounts targeted = counts.targeting(Math.max(counts.released(), other.meant()));
        return new CampaignState(
                campaignId, digest, requester, standing, other, targeted, pace, stops, controlIds, publication);
    }

    /** The last device that was released. */
    CampaignState releasedTo(ReleasePosition position) {
        Targeting moved = targeting.releasedTo(position);
        return new CampaignState(
                campaignId, digest, requester, standing, moved, counts, pace, stops, controlIds, publication);
    }

    CampaignState with(CampaignCounts other) {
        return new CampaignState(
                campaignId, digest, requester, standing, targeting, other, pace, stops, controlIds, publication);
    }

    CampaignState with(Pace other) {
        return new CampaignState(
                campaignId, digest, requester, standing, targeting, counts, other, stops, controlIds, publication);
    }

    CampaignState with(RampState ramp) {
        return with(pace.with(ramp));
    }

    CampaignState with(StopTally other) {
        return new CampaignState(
                campaignId, digest, requester, standing, targeting, counts, pace, other, controlIds, publication);
    }

    CampaignState with(Publication other) {
        return new CampaignState(
                campaignId, digest, requester, standing, targeting, counts, pace, stops, controlIds, other);
    }

    CampaignState having(CampaignControl control) {
        List<String> ids = new ArrayList<>(controlIds);
        ids.add(control.controlId());
        List<String> latest = ids.subList(Math.max(0, ids.size() - MAX_CONTROL_IDS), ids.size());
        return new CampaignState(
                campaignId, digest, requester, standing, targeting, counts, pace, stops, latest, publication);
    }

    /** Whether a person would see a difference; the ramp's credit and the cursor change all the time. */
    boolean looksLike(CampaignState other) {
        return standing.equals(other.standing)
                && counts.equals(other.counts)
                && targeting.listed() == other.targeting.listed()
                && targeting.limit().equals(other.targeting.limit())
                && pace.maxOpen() == other.pace.maxOpen()
                && pace.stage() == other.pace.stage()
                && pace.ramp().fixedPerMinute().equals(other.pace.ramp().fixedPerMinute())
                && stops.fired().equals(other.stops.fired());
    }
}
