package io.fleetcommand.processor.quota;

/** A message between the instances behind one address: one record, which replaces the earlier one with its key. */
public sealed interface QuotaMessage {
    /** The record key. */
    String key();

    /**
     * A group of instances owns the quota.
     *
     * @param group the application id
     * @param claimedAt the offset of its first claim in the topic; {@link #FIRST} in that claim itself
     * @param untilMs when the claim expires unless it is renewed
     */
    record Owner(String group, long claimedAt, long untilMs) implements QuotaMessage {
        public static final long FIRST = -1;

        @Override
        public String key() {
            return "owner/" + group;
        }
    }

    /** The cloud answered 429: all instances must cool down. */
    record CoolingDown(CoolDown coolDown) implements QuotaMessage {
        @Override
        public String key() {
            return "rest";
        }
    }

    /** An instance needs more quota than its own shares hold. */
    record Demand(String instance, long untilMs) implements QuotaMessage {
        @Override
        public String key() {
            return "demand/" + instance;
        }
    }

    /**
     * The share of an idle partition is lent, all but a small part of it; a later owner of the partition honours the
     * loan.
     *
     * @param untilMs when it ends: the borrower stops shortly before, and the lender resumes shortly after
     */
    record Loan(int partition, String borrower, long untilMs) implements QuotaMessage {
        @Override
        public String key() {
            return "loan/" + partition;
        }
    }
}
