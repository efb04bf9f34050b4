package io.fleetcommand.processor.core.inventory;

/** An effect of a {@link ListingStep}. Repeating one changes nothing. */
public sealed interface ListingEffect {
    void applyTo(Handler handler);

    /** Stores what the listing says of a device, with the number of the pass that listed it. */
    record Store(ListedDevice device, int passNumber) implements ListingEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.store(device, passNumber);
        }
    }

    /** Removes the product's devices that are stored with a lower number. */
    record RemoveOlderThan(int passNumber) implements ListingEffect {
        @Override
        public void applyTo(Handler handler) {
            handler.removeOlderThan(passNumber);
        }
    }

    /** Executes effects on the inventory of one product. */
    interface Handler {
        void store(ListedDevice device, int passNumber);

        void removeOlderThan(int passNumber);
    }
}
