package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.inventory.ListingOutcome;
import io.fleetcommand.processor.core.inventory.PageRequest;

/** Lists the devices of products at the device cloud. Thread-safe. */
@FunctionalInterface
public interface DeviceListing {
    /**
     * Reads one page, with one request. Blocks until the cloud has answered, within the call timeout. Every failure is
     * an outcome, never an exception.
     */
    ListingOutcome page(PageRequest request);
}
