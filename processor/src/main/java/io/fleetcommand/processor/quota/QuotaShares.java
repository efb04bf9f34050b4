package io.fleetcommand.processor.quota;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What part of the quota this instance may spend, and the bucket it flows into: a share for each partition whose task is
 * alive here, less what is lent, plus what is borrowed, and nothing of it while all rest after a 429; and what rules with
 * a ceiling may take of it. Guarded by its gate.
 */
public final class QuotaShares {
    /** A share whose task was not heard of for so long may be another's by now. Shorter than any session time-out. */
    private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** A share counts only after so long: one that slept and lost its share finds out before that. */
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How long work must have waited for quota before more is asked for, and how long none before any is lent. */
    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** How long the bucket may be out of date: all the times above are much longer. */
    private static final long TUNE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long PLAN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Quota quota;
    private final Scope scope;
    private final QuotaLoans loans;
    private final RateBucket bucket;
    private final RateCaps ceilings;
    private final Map<Integer, Long> seenNanos = new HashMap<>();
    private final Map<Integer, Long> joinedNanos = new HashMap<>();
    /** Those that joined and do not count yet: a loan of their earlier owner may stand unheard on the board. */
    private final Set<Integer> joining = new HashSet<>();

    private CoolDown coolDown;
    private boolean restIsNews;
    private boolean changed = true;
    private long tunedNanos;
    private long lastPlanNanos;
    private long lastRefusedNanos;
    private long hungrySinceNanos;

    /** Who shares the limit. */
    public enum Scope {
        /** All instances leave by one address. */
        SHARED,
        /** Each instance has an address of its own, and the whole limit. */
        PER_INSTANCE
    }

    /**
     * @param scope of the limit
     * @param instance a name that no other instance has, and no earlier run of this one
     * @param nowNanos of the clock that all later times are taken from
     */
    public QuotaShares(Quota quota, Scope scope, String instance, long nowNanos) {
        this.quota = quota;
        this.scope = scope;
        this.loans = new QuotaLoans(instance);
        this.bucket = new RateBucket(nowNanos);
        this.ceilings = new RateCaps(quota);
        this.coolDown = CoolDown.none(Math.max(1, quota.window().toMillis() / 30));
        this.lastRefusedNanos = nowNanos;
        this.hungrySinceNanos = nowNanos;
        this.lastPlanNanos = nowNanos;
    }

    /** The bucket, resized a moment ago. */
    RateBucket bucket(long nowMs, long nowNanos) {
        keepTuned(nowMs, nowNanos);
        return bucket;
    }

    /** What rules may take of the own shares, resized a moment ago. */
    RateCaps ceilings(long nowMs, long nowNanos) {
        keepTuned(nowMs, nowNanos);
        return ceilings;
    }

    private void keepTuned(long nowMs, long nowNanos) {
        if (changed || nowNanos - tunedNanos >= TUNE_NANOS) {
            changed = false;
            tunedNanos = nowNanos;
            tune(nowMs, nowNanos);
        }
    }

    private void tune(long nowMs, long nowNanos) {
        seenNanos.values().removeIf(last -> nowNanos - last > ALIVE_NANOS);
        joinedNanos.keySet().retainAll(seenNanos.keySet());
        joining.retainAll(seenNanos.keySet());
        int own = quota.shares();
        double pace = own;
        double room = own;
        if (scope == Scope.SHARED) {
            List<Integer> counting = counting(nowNanos);
            long lent = counting.stream()
                    .filter(partition -> loans.isLent(partition, nowMs))
                    .count();
            own = counting.size();
            pace = own - lent * QuotaLoans.LENT_PACE;
            room = own - lent * QuotaLoans.LENT_BURST;
            int borrowed = loans.borrowed(nowMs);
            pace += borrowed * QuotaLoans.LENT_PACE;
            room += borrowed * QuotaLoans.LENT_BURST;
        }
        double part = coolDown.share(nowMs);
        bucket.resize(quota.perNano(pace) * part, part == 0 ? 0 : quota.burst(room), nowNanos);
        ceilings.own(own, nowNanos);
    }

    /** The partitions whose shares count, in their order. */
    private List<Integer> counting(long nowNanos) {
        return seenNanos.keySet().stream()
                .filter(partition ->
                        !joining.contains(partition) && nowNanos - joinedNanos.get(partition) >= FIRST_NANOS)
                .sorted()
                .toList();
    }

    /** A task is alive. Its share counts from {@link #caughtUp} on. */
    void seen(int task, long nowNanos) {
        Long last = seenNanos.put(task, nowNanos);
        if (last == null || nowNanos - last > ALIVE_NANOS) {
            joinedNanos.put(task, nowNanos);
            joining.add(task);
        }
    }

    void taskClosed(int task) {
        seenNanos.remove(task);
        changed = true;
        joinedNanos.remove(task);
        joining.remove(task);
    }

    /** Those whose shares do not count yet. */
    Set<JoinedPartition> joining() {
        return joining.stream()
                .map(partition -> new JoinedPartition(partition, joinedNanos.get(partition)))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The board was read to its end since these joined: every loan of theirs is known. */
    void caughtUp(Set<JoinedPartition> joined) {
        Set<JoinedPartition> still = joining();
        joined.stream().filter(still::contains).map(JoinedPartition::partition).forEach(joining::remove);
        changed = true;
    }

    /** Work was refused for want of quota. */
    void refused(long nowNanos) {
        if (nowNanos - lastRefusedNanos > SETTLED_NANOS / 2) {
            hungrySinceNanos = nowNanos;
        }
        lastRefusedNanos = nowNanos;
    }

    boolean isCoolingDown(long nowMs) {
        return coolDown.share(nowMs) == 0;
    }

    /** How much of the pace is left after a 429, 0 to 1. */
    double pace(long nowMs) {
        return coolDown.share(nowMs);
    }

    void throttled(long retryAfterMs, long nowMs) {
        CoolDown longer = coolDown.refused(retryAfterMs, nowMs);
        restIsNews |= !longer.equals(coolDown);
        changed = true;
        coolDown = longer;
    }

    void apply(QuotaMessage message) {
        changed = true;
        if (message instanceof QuotaMessage.CoolingDown rest) {
            coolDown = coolDown.or(rest.coolDown());
        } else if (message instanceof QuotaMessage.Loan loan && loan.partition() < quota.shares()) {
            loans.apply(loan);
        } else if (message instanceof QuotaMessage.Demand demand) {
            loans.apply(demand);
        }
    }

    /** What the others are to be told now: that all must rest, that this instance wants more, or what it lends. */
    List<QuotaMessage> pendingMessages(long nowMs, long nowNanos) {
        List<QuotaMessage> news = new ArrayList<>();
        if (scope == Scope.PER_INSTANCE) {
            return news;
        }
        if (restIsNews) {
            restIsNews = false;
            news.add(new QuotaMessage.CoolingDown(coolDown));
        }
        if (nowNanos - lastPlanNanos >= PLAN_NANOS) {
            lastPlanNanos = nowNanos;
            boolean hungry = nowNanos - lastRefusedNanos < SETTLED_NANOS / 2;
            if (hungry && nowNanos - hungrySinceNanos >= SETTLED_NANOS) {
                news.add(loans.demand(nowMs));
            }
            if (nowNanos - lastRefusedNanos >= SETTLED_NANOS) {
                // A share that does not count yet may be lent by its earlier owner.
                List<Integer> own = counting(nowNanos);
                // Work that only a ceiling holds back does not wait for more, but needs what its rule may take.
                int kept = (int) Math.ceil(own.size() * ceilings.wantedPercent(nowNanos) / 100.0);
                news.addAll(loans.lend(own.subList(kept, own.size()), quota.burst(1), nowMs));
                // In force here before anybody hears of it.
                tune(nowMs, nowNanos);
            }
        }
        return news;
    }
}
