package io.fleetcommand.processor.core.inventory;

import java.util.Objects;

/** The outcome of reading one page, as a value. Reasons are human-readable and hold no secret. */
public sealed interface ListingOutcome {
    <T> T in(Cases<T> cases);

    /** The page was read. */
    record Page(ListingPage content) implements ListingOutcome {
        public Page {
            Objects.requireNonNull(content);
        }

        @Override
        public <T> T in(Cases<T> cases) {
            return cases.page(content);
        }
    }

    /**
     * The cloud answered 429.
     *
     * @param retryAfterMs how long it asked to wait; 0 if it did not say
     */
    record Throttled(String reason, long retryAfterMs) implements ListingOutcome {
        public Throttled {
            Objects.requireNonNull(reason);
        }

        @Override
        public <T> T in(Cases<T> cases) {
            return cases.throttled(reason, retryAfterMs);
        }
    }

    /** The cloud did not accept the token, and the token is in doubt. */
    record Unauthorised(String reason) implements ListingOutcome {
        public Unauthorised {
            Objects.requireNonNull(reason);
        }

        @Override
        public <T> T in(Cases<T> cases) {
            return cases.unauthorised(reason);
        }
    }

    /** The cloud refused in its own words: the product is unknown or forbidden, and asking again would not help. */
    record Refused(String reason) implements ListingOutcome {
        public Refused {
            Objects.requireNonNull(reason);
        }

        @Override
        public <T> T in(Cases<T> cases) {
            return cases.refused(reason);
        }
    }

    /**
     * No answer, or none that can be used; asking again may help.
     *
     * @param retryAfterMs how long the cloud asked to wait; 0 if it did not say
     */
    record Failed(String reason, long retryAfterMs) implements ListingOutcome {
        public Failed {
            Objects.requireNonNull(reason);
        }

        @Override
        public <T> T in(Cases<T> cases) {
            return cases.failed(reason, retryAfterMs);
        }
    }

    /** What follows from each case. */
    interface Cases<T> {
        T page(ListingPage content);

        T throttled(String reason, long retryAfterMs);

        T unauthorised(String reason);

        T refused(String reason);

        T failed(String reason, long retryAfterMs);
    }
}
