package io.fleetcommand.processor.quota;

/** What instances behind one address tell each other, each by one line that replaces its earlier one. */
public sealed interface QuotaMessage {
    /** Which line it replaces. */
    String key();

    /**
     * A group of instances spends the quota.
     *
     * @param group the application id
     * @param claimedAt where in the topic its first line stands; {@link #FIRST} in that line itself
     * @param untilMs when the claim ends unless it is renewed
     */
    record Owner(String group, long claimedAt, long untilMs) implements QuotaMessage {
        public static final long FIRST = -1;

        @Override
        public String key() {
            return "owner/" + group;
        }
    }

    /** The cloud answered 429, and all are to rest. */
    record CoolingDown(CoolDown coolDown) implements QuotaMessage {
        @Override
        public String key() {
            return "rest";
        }
    }

    /** An instance has more work than its own shares let through. */
    record Demand(String instance, long untilMs) implements QuotaMessage {
        @Override
        public String key() {
            return "demand/" + instance;
        }
    }

    /**
     * The share of an idle partition is lent, all but a small part of it; whoever owns the partition by then keeps to
     * it.
     *
     * @param untilMs when it ends: the borrower stops a little before, and the lender goes on a little after
     */
    record Loan(int partition, String borrower, long untilMs) implements QuotaMessage {
        @Override
        public String key() {
            return "loan/" + partition;
        }
    }
}
