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
 * The part of the quota that this instance may spend, and the bucket it flows into: a share for each partition whose
 * task is alive here, less what is lent, plus what is borrowed; nothing during a cool-down after a 429. Includes the
 * rate caps of policy rules. Guarded by its {@link QuotaLimiter}.
 */
public final class QuotaShares {
    /**
     * A share whose task has sent no heartbeat for this long may belong to another instance by now. Shorter than any
     * session timeout.
     */
    private static final long HEARTBEAT_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);
    /**
     * How long after its first heartbeat a share counts: a process that was suspended and lost its share learns of that
     * within this time.
     */
    private static final long JOIN_DELAY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /**
     * How long requests must have waited for quota before more is demanded, and how long none may have waited before
     * any is lent.
     */
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** How long the bucket sizes may be out of date: all the times above are much longer. */
    private static final long REFRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long LOAN_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Quota quota;
    private final Scope scope;
    private final QuotaLoans loans;
    private final RateBucket bucket;
    private final RateCaps rateCaps;
    private final Map<Integer, Long> heartbeatNanos = new HashMap<>();
    private final Map<Integer, Long> joinedNanos = new HashMap<>();
    /** Partitions that joined and do not count yet: a loan of their earlier owner may still be unread in the topic. */
    private final Set<Integer> joining = new HashSet<>();

    private CoolDown coolDown;
    private boolean coolDownPending;
    private boolean stale = true;
    private long refreshedNanos;
    private long lastLoansNanos;
    private long lastRefusedNanos;
    private long starvedSinceNanos;

    /** Which instances share the limit. */
    public enum Scope {
        /** All instances call from one address. */
        SHARED,
        /** Each instance calls from an address of its own, and has the whole limit. */
        PER_INSTANCE
    }

    /**
     * @param scope which instances share the limit
     * @param instance unique among all instances and all earlier runs of this one
     * @param nowNanos of the clock that all later times are taken from
     */
    public QuotaShares(Quota quota, Scope scope, String instance, long nowNanos) {
        this.quota = quota;
        this.scope = scope;
        this.loans = new QuotaLoans(instance);
        this.bucket = new RateBucket(nowNanos);
        this.rateCaps = new RateCaps(quota);
        this.coolDown = CoolDown.none(Math.max(1, quota.window().toMillis() / 30));
        this.lastRefusedNanos = nowNanos;
        this.starvedSinceNanos = nowNanos;
        this.lastLoansNanos = nowNanos;
    }

    /** The bucket, with its size up to date within {@link #REFRESH_NANOS}. */
    RateBucket bucket(long nowMs, long nowNanos) {
        refresh(nowMs, nowNanos);
        return bucket;
    }

    /** The rate caps of policy rules, up to date within {@link #REFRESH_NANOS}. */
    RateCaps rateCaps(long nowMs, long nowNanos) {
        refresh(nowMs, nowNanos);
        return rateCaps;
    }

    private void refresh(long nowMs, long nowNanos) {
        if (stale || nowNanos - refreshedNanos >= REFRESH_NANOS) {
            stale = false;
            refreshedNanos = nowNanos;
            resize(nowMs, nowNanos);
        }
    }

    private void resize(long nowMs, long nowNanos) {
        heartbeatNanos.values().removeIf(last -> nowNanos - last > HEARTBEAT_TIMEOUT_NANOS);
        joinedNanos.keySet().retainAll(heartbeatNanos.keySet());
        joining.retainAll(heartbeatNanos.keySet());
        int own = quota.shares();
        double rateShares = own;
        double burstShares = own;
        if (scope == Scope.SHARED) {
            List<Integer> activePartitions = activePartitions(nowNanos);
            long lent = activePartitions.stream()
                    .filter(partition -> loans.isLent(partition, nowMs))
                    .count();
            own = activePartitions.size();
            rateShares = own - lent * QuotaLoans.LENT_RATE;
            burstShares = own - lent * QuotaLoans.LENT_BURST;
            int borrowed = loans.borrowed(nowMs);
            rateShares += borrowed * QuotaLoans.LENT_RATE;
            burstShares += borrowed * QuotaLoans.LENT_BURST;
        }
        double factor = coolDown.share(nowMs);
        bucket.resize(quota.perNano(rateShares) * factor, factor == 0 ? 0 : quota.burst(burstShares), nowNanos);
        rateCaps.setOwnedShares(own, nowNanos);
    }

    /** The partitions whose shares count, in order. */
    private List<Integer> activePartitions(long nowNanos) {
        return heartbeatNanos.keySet().stream()
                .filter(partition ->
                        !joining.contains(partition) && nowNanos - joinedNanos.get(partition) >= JOIN_DELAY_NANOS)
                .sorted()
                .toList();
    }

    /** A task is alive. Its share counts once {@link #caughtUp} was called for it. */
    void heartbeat(int task, long nowNanos) {
        Long last = heartbeatNanos.put(task, nowNanos);
        if (last == null || nowNanos - last > HEARTBEAT_TIMEOUT_NANOS) {
            joinedNanos.put(task, nowNanos);
            joining.add(task);
        }
    }

    void taskClosed(int task) {
        heartbeatNanos.remove(task);
        stale = true;
        joinedNanos.remove(task);
        joining.remove(task);
    }

    /** Partitions whose shares do not count yet. */
    Set<JoinedPartition> joining() {
        return joining.stream()
                .map(partition -> new JoinedPartition(partition, joinedNanos.get(partition)))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The topic was read to its end after these partitions joined: every loan of their shares is known. */
    void caughtUp(Set<JoinedPartition> joined) {
        Set<JoinedPartition> stillJoining = joining();
        joined.stream()
                .filter(stillJoining::contains)
                .map(JoinedPartition::partition)
                .forEach(joining::remove);
        stale = true;
    }

    /** A request was refused for lack of quota. */
    void refused(long nowNanos) {
        if (nowNanos - lastRefusedNanos > STEADY_NANOS / 2) {
            starvedSinceNanos = nowNanos;
        }
        lastRefusedNanos = nowNanos;
    }

    boolean isCoolingDown(long nowMs) {
        return coolDown.share(nowMs) == 0;
    }

    /** The share of the full rate that is left after a 429, 0 to 1. */
    double rateFactor(long nowMs) {
        return coolDown.share(nowMs);
    }

    void throttled(long retryAfterMs, long nowMs) {
        CoolDown extended = coolDown.throttled(retryAfterMs, nowMs);
        coolDownPending |= !extended.equals(coolDown);
        stale = true;
        coolDown = extended;
    }

    void apply(QuotaMessage message) {
        stale = true;
        if (message instanceof QuotaMessage.CoolingDown cooling) {
            coolDown = coolDown.longer(cooling.coolDown());
        } else if (message instanceof QuotaMessage.Loan loan && loan.partition() < quota.shares()) {
            loans.apply(loan);
        } else if (message instanceof QuotaMessage.Demand demand) {
            loans.apply(demand);
        }
    }

    /** The messages to publish now: a new cool-down, a demand for more quota, or loans. */
    List<QuotaMessage> pendingMessages(long nowMs, long nowNanos) {
        List<QuotaMessage> messages = new ArrayList<>();
        if (scope == Scope.PER_INSTANCE) {
            return messages;
        }
        if (coolDownPending) {
            coolDownPending = false;
            messages.add(new QuotaMessage.CoolingDown(coolDown));
        }
        if (nowNanos - lastLoansNanos >= LOAN_INTERVAL_NANOS) {
            lastLoansNanos = nowNanos;
            boolean starved = nowNanos - lastRefusedNanos < STEADY_NANOS / 2;
            if (starved && nowNanos - starvedSinceNanos >= STEADY_NANOS) {
                messages.add(loans.demand(nowMs));
            }
            if (nowNanos - lastRefusedNanos >= STEADY_NANOS) {
                // Excludes shares that do not count yet: their earlier owner may have lent them.
                List<Integer> own = activePartitions(nowNanos);
                // Requests held back only by a rate cap need no more quota, but the part that their rule may take is
                // kept.
                int kept = (int) Math.ceil(own.size() * rateCaps.demandedPercent(nowNanos) / 100.0);
                messages.addAll(loans.lend(own.subList(kept, own.size()), quota.burst(1), nowMs));
                // In force here before any other instance receives it.
                resize(nowMs, nowNanos);
            }
        }
        return messages;
    }
}
