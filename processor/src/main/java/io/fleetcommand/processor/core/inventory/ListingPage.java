package io.fleetcommand.processor.core.inventory;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One page of a listing.
 *
 * @param skipped entries that are no device
 * @param totalPages pages of the listing, if its metadata said so
 * @param totalRecords devices of the product, if its metadata said so
 */
public record ListingPage(List<ListedDevice> devices, int skipped, OptionalInt totalPages, OptionalLong totalRecords) {
    public ListingPage {
        devices = List.copyOf(devices);
        Objects.requireNonNull(totalPages);
        Objects.requireNonNull(totalRecords);
        if (skipped < 0) {
            throw new IllegalArgumentException(skipped + " entries skipped");
        }
    }

    /** The number of entries, devices or not: what the cloud counts when it divides the listing into pages. */
    public int entries() {
        return devices.size() + skipped;
    }
}
