package io.fleetcommand.processor.quota;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules by which idle shares are lent. A loan is in force for its lender from before it is told until a second after
 * its end, and for its borrower from when it is heard until a second before its end; so while clocks differ by less than
 * two seconds nothing is spent twice. Not safe for use by many threads.
 */
final class QuotaLoans {
    /** The part of a share's inflow that is lent: what is kept serves a call now and then while the loan is called back. */
    static final double LENT_PACE = 0.95;
    /** The part of a share's capacity that is lent. */
    static final double LENT_BURST = 0.5;

    /** A lender keeps room for so many calls. */
    private static final double KEPT_CALLS = 2;

    private static final long LIFE_MS = 6_000;
    private static final long RENEWED_BEFORE_MS = 4_000;
    private static final long GUARD_MS = 1_000;
    private static final long DEMAND_LIFE_MS = 5_000;
    /** More than there are instances behind one address; what has ended makes room when something is lent. */
    private static final int MAX_DEMANDS = 200;

    private final String instance;
    private final Map<Integer, QuotaMessage.Loan> byPartition = new HashMap<>();
    private final Map<String, Long> demandUntilMs = new HashMap<>();

    /** @param instance the name of this instance, unique among all */
    QuotaLoans(String instance) {
        this.instance = instance;
    }

    void apply(QuotaMessage.Loan loan) {
        byPartition.merge(loan.partition(), loan, (old, heard) -> heard.untilMs() > old.untilMs() ? heard : old);
    }

    void apply(QuotaMessage.Demand demand) {
        if (demandUntilMs.size() < MAX_DEMANDS || demandUntilMs.containsKey(demand.instance())) {
            demandUntilMs.put(demand.instance(), demand.untilMs());
        }
    }

    /** Whether an owner of the partition must do without what is lent of it. */
    boolean isLent(int partition, long nowMs) {
        return Optional.ofNullable(byPartition.get(partition))
                .filter(loan -> nowMs < loan.untilMs() + GUARD_MS)
                .isPresent();
    }

    /** How many partitions' shares are lent to this instance. */
    int borrowed(long nowMs) {
        return (int) byPartition.values().stream()
                .filter(loan -> loan.borrower().equals(instance) && nowMs < loan.untilMs() - GUARD_MS)
                .count();
    }

    QuotaMessage.Demand demand(long nowMs) {
        return new QuotaMessage.Demand(instance, nowMs + DEMAND_LIFE_MS);
    }

    /**
     * What an idle instance lends now. It is in force for the lender at once; tell the others after that.
     *
     * @param own the partitions it owns
     * @param callsPerShare how many calls a share can save up
     */
    List<QuotaMessage.Loan> lend(Collection<Integer> own, double callsPerShare, long nowMs) {
        demandUntilMs.values().removeIf(until -> until <= nowMs);
        List<String> hungry = demandUntilMs.keySet().stream()
                .filter(name -> !name.equals(instance))
                .sorted()
                .toList();
        int most = (int) ((own.size() * callsPerShare - KEPT_CALLS) / (LENT_BURST * callsPerShare));
        long lent = own.stream().filter(partition -> isLent(partition, nowMs)).count();
        List<QuotaMessage.Loan> told = new ArrayList<>();
        for (int partition : own.stream().sorted().toList()) {
            Optional<String> borrower = Optional.empty();
            if (isLent(partition, nowMs)) {
                borrower = renewed(partition, hungry, nowMs);
            } else if (lent < most) {
                borrower = leastServed(hungry, nowMs);
                lent += borrower.isPresent() ? 1 : 0;
            }
            borrower.map(name -> new QuotaMessage.Loan(partition, name, nowMs + LIFE_MS))
                    .ifPresent(loan -> {
                        apply(loan);
                        told.add(loan);
                    });
        }
        return told;
    }

    /** A loan may be made longer, but never goes to somebody else before its end. */
    private Optional<String> renewed(int partition, List<String> hungry, long nowMs) {
        return Optional.of(byPartition.get(partition))
                .filter(loan -> loan.untilMs() - nowMs < RENEWED_BEFORE_MS)
                .map(QuotaMessage.Loan::borrower)
                .filter(hungry::contains);
    }

    private Optional<String> leastServed(List<String> hungry, long nowMs) {
        return hungry.stream()
                .min(Comparator.comparingLong(name -> byPartition.values().stream()
                        .filter(loan -> loan.borrower().equals(name) && nowMs < loan.untilMs())
                        .count()));
    }
}
