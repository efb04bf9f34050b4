package io.fleetcommand.processor.core.campaign;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Which devices a campaign is for: device ids, groups or the whole product, one of them; the rest narrows it.
 *
 * @param function that the devices must offer; empty for any
 * @param limit how many devices at most, the first in the order of release
 * @param excludeCampaign whose devices are left out; empty for none
 */
public record CampaignTarget(
        List<String> deviceIds,
        List<String> groups,
        GroupMatch groupMatch,
        boolean wholeProduct,
        boolean onlineOnly,
        OptionalInt firmwareVersionMin,
        OptionalInt firmwareVersionMax,
        OptionalInt platformId,
        String function,
        OptionalInt limit,
        String excludeCampaign) {
    public CampaignTarget {
        deviceIds = List.copyOf(deviceIds);
        groups = List.copyOf(groups);
        Objects.requireNonNull(groupMatch);
        Objects.requireNonNull(firmwareVersionMin);
        Objects.requireNonNull(firmwareVersionMax);
        Objects.requireNonNull(platformId);
        Objects.requireNonNull(function);
        Objects.requireNonNull(limit);
        Objects.requireNonNull(excludeCampaign);
    }

    /** How groups are combined: a device is in any of them, or in all. */
    public enum GroupMatch {
        ANY,
        ALL
    }

    /** How many of the devices that match are meant. */
    long within(long matching) {
        return limit.isPresent() ? Math.min(limit.getAsInt(), matching) : matching;
    }
}
