package io.fleetcommand.processor.quota;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules by which idle shares are lent. For its lender a loan is in force from before it is published until a second
 * after its end; for its borrower from when it is received until a second before its end. So no share is spent twice as
 * long as the clocks differ by less than two seconds. Not thread-safe.
 */
final class QuotaLoans {
    /** The part of a share's inflow that is lent; the remainder allows an occasional call until the loan has ended. */
    static final double LENT_RATE = 0.95;
    /** The part of a share's capacity that is lent. */
    static final double LENT_BURST = 0.5;

    /** How many calls a lender keeps capacity for. */
    private static final double KEPT_CALLS = 2;

    private static final long LIFE_MS = 6_000;
    private static final long RENEW_BEFORE_MS = 4_000;
    private static final long CLOCK_MARGIN_MS = 1_000;
    private static final long DEMAND_LIFE_MS = 5_000;
    /** More than there are instances behind one address; expired demands are dropped before lending. */
    private static final int MAX_DEMANDS = 200;

    private final String instance;
    private final Map<Integer, QuotaMessage.Loan> byPartition = new HashMap<>();
    private final Map<String, Long> demandUntilMs = new HashMap<>();

    /** @param instance the name of this instance, unique among all */
    QuotaLoans(String instance) {
        this.instance = instance;
    }

    void apply(QuotaMessage.Loan loan) {
        byPartition.merge(
                loan.partition(), loan, (old, received) -> received.untilMs() > old.untilMs() ? received : old);
    }

    void apply(QuotaMessage.Demand demand) {
        if (demandUntilMs.size() < MAX_DEMANDS || demandUntilMs.containsKey(demand.instance())) {
            demandUntilMs.put(demand.instance(), demand.untilMs());
        }
    }

    /** Whether the owner of a partition must do without the part of its share that is lent. */
    boolean isLent(int partition, long nowMs) {
        return Optional.ofNullable(byPartition.get(partition))
                .filter(loan -> nowMs < loan.untilMs() + CLOCK_MARGIN_MS)
                .isPresent();
    }

    /** How many shares this instance has borrowed. */
    int borrowed(long nowMs) {
        return (int) byPartition.values().stream()
                .filter(loan -> loan.borrower().equals(instance) && nowMs < loan.untilMs() - CLOCK_MARGIN_MS)
                .count();
    }

    QuotaMessage.Demand demand(long nowMs) {
        return new QuotaMessage.Demand(instance, nowMs + DEMAND_LIFE_MS);
    }

    /**
     * Lends idle shares to instances that demand them. The loans are in force for the lender at once; publish them
     * after that.
     *
     * @param own the partitions it owns
     * @param callsPerShare how many calls a share can save up
     */
    List<QuotaMessage.Loan> lend(Collection<Integer> own, double callsPerShare, long nowMs) {
        demandUntilMs.values().removeIf(until -> until <= nowMs);
        List<String> demanding = demandUntilMs.keySet().stream()
                .filter(name -> !name.equals(instance))
                .sorted()
                .toList();
        int maxLent = (int) ((own.size() * callsPerShare - KEPT_CALLS) / (LENT_BURST * callsPerShare));
        long lent = own.stream().filter(partition -> isLent(partition, nowMs)).count();
        List<QuotaMessage.Loan> newLoans = new ArrayList<>();
        for (int partition : own.stream().sorted().toList()) {
            Optional<String> borrower = Optional.empty();
            if (isLent(partition, nowMs)) {
                borrower = borrowerToRenew(partition, demanding, nowMs);
            } else if (lent < maxLent) {
                borrower = borrowerWithFewestLoans(demanding, nowMs);
                lent += borrower.isPresent() ? 1 : 0;
            }
            borrower.map(name -> new QuotaMessage.Loan(partition, name, nowMs + LIFE_MS))
                    .ifPresent(loan -> {
                        apply(loan);
                        newLoans.add(loan);
                    });
        }
        return newLoans;
    }

    /** A loan may be extended, but its share never goes to another borrower before its end. */
    private Optional<String> borrowerToRenew(int partition, List<String> demanding, long nowMs) {
        return Optional.of(byPartition.get(partition))
                .filter(loan -> loan.untilMs() - nowMs < RENEW_BEFORE_MS)
                .map(QuotaMessage.Loan::borrower)
                .filter(demanding::contains);
    }

    private Optional<String> borrowerWithFewestLoans(List<String> demanding, long nowMs) {
        return demanding.stream()
                .min(Comparator.comparingLong(name -> byPartition.values().stream()
                        .filter(loan -> loan.borrower().equals(name) && nowMs < loan.untilMs())
                        .count()));
    }
}
