package io.fleetcommand.processor.core.inventory;

import java.util.Objects;

/**
 * One pass over all pages of a product's listing, in ascending order of ids. The devices that it listed are kept as a
 * count and a digest, so that two passes can be compared whatever the size of the fleet.
 *
 * <p>A page shows positions, not ids: a device that leaves moves all later ones one position ahead, and the first of
 * the next page is then missed. One that joins moves them back, and the last of a page is listed again.
 *
 * @param number greater than that of any earlier pass over the product; stored with each device that the pass lists
 * @param nextPage the page to read next, from 1
 * @param devices number of distinct devices listed so far
 * @param digest sum of the hashes of their ids
 * @param lastId the greatest id so far; empty before the first
 * @param pageSize number of entries of the first page
 * @param skipped number of entries so far that are no device
 * @param moved whether an entry was out of order, or a page other than the last not as long as the first: the listing
 *     moved while it was read, or is not in order at all
 * @param idlePages number of pages in a row that listed no further device
 */
public record InventoryPass(
        int number,
        int nextPage,
        long devices,
        long digest,
        String lastId,
        int pageSize,
        long skipped,
        boolean moved,
        int idlePages) {
    private static final int HEX = 16;
    /** Position in an id that leaves 64 bits behind it. */
    private static final int LOWER_HALF = 8;

    public InventoryPass {
        Objects.requireNonNull(lastId);
        if (number < 1 || nextPage < 1) {
            throw new IllegalArgumentException("page " + nextPage + " of pass " + number);
        }
    }

    static InventoryPass start(int number) {
        return new InventoryPass(number, 1, 0, 0, "", 0, 0, false, 0);
    }

    /**
     * Whether a page, the next one of this pass, is the last. Without metadata it is if it is shorter than the first:
     * the cloud may give less for a page than it was asked for.
     */
    boolean endsWith(ListingPage page) {
        if (page.entries() == 0) {
            return true;
        }
        if (page.totalPages().isPresent()) {
            return nextPage >= page.totalPages().getAsInt();
        }
        if (page.totalRecords().isPresent()) {
            int size = nextPage == 1 ? page.entries() : pageSize;
            return (nextPage - 1L) * size + page.entries()
                    >= page.totalRecords().getAsLong();
        }
        return nextPage > 1 && page.entries() < pageSize;
    }

    /** This pass with one more page. */
    InventoryPass with(ListingPage page, boolean last) {
        long count = devices;
        long sum = digest;
        String greatest = lastId;
        boolean disorder = false;
        for (ListedDevice device : page.devices()) {
            if (device.id().compareTo(greatest) > 0) {
                count++;
                sum += hash(device.id());
                greatest = device.id();
            } else {
                disorder = true;
            }
        }
        int size = nextPage == 1 ? page.entries() : pageSize;
        boolean uneven = page.entries() > size || page.entries() < size && !last;
        return new InventoryPass(
                number,
                nextPage + 1,
                count,
                sum,
                greatest,
                size,
                skipped + page.skipped(),
                moved || disorder || uneven,
                count > devices ? 0 : idlePages + 1);
    }

    /**
     * Whether the next pass shows that this one missed no device. Say that this pass missed a device that was there all
     * the time, and all its pages were full and in order. Then fewer devices stood before that one when its page was
     * read than had been listed before it, so one that was listed had left. The next pass does not list that device
     * and differs, unless the device came back meanwhile.
     */
    boolean isConfirmedBy(InventoryPass next) {
        return !moved && devices == next.devices && digest == next.digest && skipped == next.skipped;
    }

    /** Whether this pass is whole by itself: a single page shows the fleet at one moment. */
    boolean isOneSnapshot() {
        return nextPage == 2 && devices > 0 && !moved;
    }

    private static long hash(String id) {
        long upper = Long.parseUnsignedLong(id.substring(0, LOWER_HALF), HEX);
        long lower = Long.parseUnsignedLong(id.substring(LOWER_HALF), HEX);
        return mixed(mixed(upper) + lower);
    }

    /** A bijection of 64-bit numbers whose result looks random: the finalizer of SplitMix64. */
    private static long mixed(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
