package io.fleetcommand.processor.core.inventory;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * How a refresh ended.
 *
 * @param reason why it was not complete; empty if it was
 * @param listed number of devices that its latest pass listed
 * @param total devices of the product, if the cloud said so
 * @param skipped entries of that pass that were no device
 */
public record RefreshResult(
        Ending ending,
        String reason,
        long listed,
        OptionalLong total,
        int passes,
        long skipped,
        long startedAtMs,
        long endedAtMs) {
    public RefreshResult {
        Objects.requireNonNull(ending);
        Objects.requireNonNull(reason);
        Objects.requireNonNull(total);
    }

    /** The kinds of ends. */
    public enum Ending {
        /** Each device that was there all the time is listed; a device that is not listed was removed. */
        COMPLETE,
        /** No two passes agreed: devices may be missing. What no pass listed was removed. */
        PARTIAL,
        /** The cloud refused: the product is unknown or forbidden. What was known is kept. */
        REFUSED,
        /** The listing has no end. What was known is kept. */
        ENDLESS;

        /** Whether the listing was read to its end. */
        public boolean isListed() {
            return this == COMPLETE || this == PARTIAL;
        }
    }

    /** Human-readable, for messages. */
    @Override
    public String toString() {
        String of = total.isPresent() ? " of " + total.getAsLong() : "";
        return ending + ", listed " + listed + of + " devices in " + passes + (passes == 1 ? " pass" : " passes")
                + (skipped == 0 ? "" : ", skipped " + skipped + " entries")
                + (reason.isEmpty() ? "" : ": " + reason);
    }
}
