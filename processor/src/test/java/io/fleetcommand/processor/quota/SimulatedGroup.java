package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.policy.RateCap;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A group of instances with their limiters, the partitions that move between them, the topic through which they
 * exchange messages, and the cloud's exact sliding window; all in simulated time.
 */
final class SimulatedGroup {
    private static final long MS = 1_000_000;
    private static final long SESSION_MS = 10_000;
    private static final int MAX_SKEW_MS = 900;

    private final Quota quota;
    private final Random random;
    private final boolean calm;
    private final int maxEventGapMs;
    private final List<Event> events = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final Map<Integer, Member> owners = new HashMap<>();
    private final List<QuotaMessage> topic = new ArrayList<>();
    private final List<Long> publishedMs = new ArrayList<>();
    private final Window all = new Window();
    private final Window underCap = new Window();
    private final List<Long> sentMs = new ArrayList<>();
    private List<QuotaClass> wanted = List.of(QuotaClass.of(Priority.BULK));
    private int names;
    private long nowMs = 1_000_000;
    private long nextEventMs;

    /** A group that suffers some kinds of events, others not. */
    SimulatedGroup(Quota quota, int size, Random random) {
        this(quota, size, random, false);
    }

    private enum Event {
        SUSPEND,
        BLOCK,
        JOIN,
        LEAVE,
        CRASH,
        CLOCK,
        THROTTLED,
        CALM,
        BUSY,
        ONE_BUSY
    }

    private SimulatedGroup(Quota quota, int size, Random random, boolean calm) {
        this.quota = quota;
        this.random = random;
        this.calm = calm;
        this.maxEventGapMs = 2_000 + random.nextInt(30_000);
        for (Event each : Event.values()) {
            if (each == Event.BUSY || each == Event.CALM || random.nextInt(each == Event.THROTTLED ? 10 : 3) == 0) {
                events.add(each);
            }
        }
        for (int number = 0; number < size; number++) {
            members.add(new Member());
        }
        rebalance();
        nextEventMs = nowMs + 500 + random.nextInt(5_000);
    }

    /** A group that suffers no events and always has requests. */
    static SimulatedGroup calm(Quota quota, int size) {
        return new SimulatedGroup(quota, size, new Random(1), true);
    }

    SimulatedGroup withRequestsOnlyAt(int busy) {
        for (int number = 0; number < members.size(); number++) {
            members.get(number).busyShare = number == busy ? 1 : 0;
        }
        return this;
    }

    /** Adds requests under a rate cap, which go first. */
    SimulatedGroup withCap(RateCap rateCap) {
        wanted = List.of(capped(rateCap), QuotaClass.of(Priority.BULK));
        return this;
    }

    /** Puts all requests of a member under a rate cap. */
    SimulatedGroup withAllUnderCap(RateCap rateCap, int member) {
        members.get(member).wantedHere = Optional.of(List.of(capped(rateCap)));
        return this;
    }

    private static QuotaClass capped(RateCap rateCap) {
        return new QuotaClass(Priority.BULK, Optional.of(rateCap));
    }

    void runFor(Duration time) {
        long endMs = nowMs + time.toMillis();
        while (nowMs < endMs) {
            nowMs += calm ? 10 : 50 + random.nextInt(150);
            if (!calm && nowMs >= nextEventMs) {
                injectEvent();
                nextEventMs = nowMs + 200 + random.nextInt(maxEventGapMs);
            }
            expireSessions();
            List.copyOf(members).forEach(Member::step);
        }
    }

    int worstWindow() {
        return all.worst;
    }

    /** The most calls under the rate cap that were claimed in any window. */
    int worstWindowUnderCap() {
        return underCap.worst;
    }

    long sentInLast(Duration time) {
        return sentMs.stream().filter(at -> at > nowMs - time.toMillis()).count();
    }

    long sentBy(int member) {
        return members.get(member).sent;
    }

    private void injectEvent() {
        Member member = members.get(random.nextInt(members.size()));
        switch (events.get(random.nextInt(events.size()))) {
            case SUSPEND -> member.suspend(random.nextInt(25_000));
            case BLOCK -> member.block(random.nextInt(25_000));
            case JOIN -> members.add(new Member());
            case LEAVE -> member.leave();
            case CRASH -> member.crash();
            case CLOCK -> member.skewMs = (long) random.nextInt(2 * MAX_SKEW_MS) - MAX_SKEW_MS;
            case THROTTLED -> member.limiter.throttled(random.nextBoolean() ? 0 : 1_000L * random.nextInt(10));
            case CALM -> members.forEach(each -> each.busyShare = 0);
            case BUSY -> members.forEach(each -> each.busyShare = 1);
            case ONE_BUSY -> member.busyShare = random.nextInt(3) / 2.0;
        }
        if (members.isEmpty() || members.stream().noneMatch(Member::isInGroup)) {
            members.add(new Member());
        }
        rebalance();
    }

    /** Ends the sessions of silent members; only then do their partitions move. */
    private void expireSessions() {
        boolean lost = false;
        for (Member member : members) {
            if (member.inGroup && nowMs - member.heartbeatMs > SESSION_MS) {
                member.inGroup = false;
                lost = true;
            }
        }
        members.removeIf(member -> member.dead && !member.inGroup);
        if (members.stream().noneMatch(Member::isInGroup)) {
            members.add(new Member());
        }
        if (lost) {
            rebalance();
        }
    }

    /**
     * Spreads the partitions over the members in the group; a member that responds revokes a partition before another
     * gets it.
     */
    private void rebalance() {
        List<Member> group = members.stream().filter(Member::isInGroup).toList();
        IntStream.range(0, quota.shares()).forEach(partition -> {
            Member wanted = group.get((partition + (calm ? 0 : random.nextInt(2))) % group.size());
            Member owner = owners.get(partition);
            if (owner != wanted && (owner == null || owner.revoke(partition))) {
                owners.put(partition, wanted);
                wanted.partitions.add(partition);
            }
        });
    }

    @Override
    public String toString() {
        return members.size() + " members, " + events + ", " + topic.size() + " messages, " + sentMs.size() + " sent";
    }

    private void sent(Member by) {
        by.sent++;
        sentMs.add(nowMs);
        all.add();
    }

    private final class Window {
        private final Deque<Long> timesMs = new ArrayDeque<>();
        private int worst;

        void add() {
            timesMs.addLast(nowMs);
            while (timesMs.peekFirst() <= nowMs - quota.window().toMillis()) {
                timesMs.removeFirst();
            }
            worst = Math.max(worst, timesMs.size());
        }
    }

    private final class Member {
        private final QuotaLimiter limiter;
        private final Set<Integer> partitions = new HashSet<>();
        private final Set<JoinedPartition> joining = new HashSet<>();
        private int applied;
        private int joinOffset;
        private long skewMs = calm ? 0 : random.nextInt(2 * MAX_SKEW_MS) - MAX_SKEW_MS;
        private double busyShare = 1;
        private boolean inGroup = true;
        private boolean dead;
        private long heartbeatMs = nowMs;
        private long suspendedUntilMs;
        private long blockedUntilMs;
        private final Deque<Permit> pending = new ArrayDeque<>();
        private long sent;
        private Optional<List<QuotaClass>> wantedHere = Optional.empty();

        Member() {
            QuotaShares shares = new QuotaShares(quota, QuotaShares.Scope.SHARED, "member-" + names++, nowMs * MS);
            limiter = new QuotaLimiter(
                    shares,
                    1_000,
                    Map.of(Priority.BULK, 0.05),
                    () -> true,
                    new SlidingWindowCounter(quota.window().toNanos(), nowMs * MS),
                    () -> java.time.Instant.ofEpochMilli(nowMs + skewMs),
                    () -> nowMs * MS);
        }

        boolean isInGroup() {
            return inGroup;
        }

        /** Suspends the process: no thread of it runs. */
        void suspend(long ms) {
            suspendedUntilMs = nowMs + ms;
        }

        /** Blocks its stream thread; its other threads, heartbeats included, continue, and claimed calls are sent. */
        void block(long ms) {
            blockedUntilMs = nowMs + ms;
        }

        void leave() {
            if (!isSilent()) {
                List.copyOf(partitions).forEach(this::revoke);
                inGroup = false;
                dead = true;
            }
        }

        void crash() {
            dead = true;
        }

        private boolean isSilent() {
            return dead || nowMs < suspendedUntilMs || nowMs < blockedUntilMs;
        }

        /**
         * Whether the partition may move to another member: at once from one that responds, else once its session has
         * ended.
         */
        boolean revoke(int partition) {
            if (inGroup && isSilent()) {
                return false;
            }
            if (inGroup) {
                partitions.remove(partition);
                joining.removeIf(joined -> joined.partition() == partition);
                limiter.taskClosed(partition);
            }
            return true;
        }

        void step() {
            if (dead || nowMs < suspendedUntilMs) {
                return;
            }
            if (nowMs >= blockedUntilMs) {
                heartbeat();
                claimCalls();
            }
            exchangeMessages();
            sendCalls();
        }

        /** A member that lost its session notices only some time after it resumes. */
        private void heartbeat() {
            if (inGroup) {
                heartbeatMs = nowMs;
            } else if (nowMs > Math.max(suspendedUntilMs, blockedUntilMs) + 100 + random.nextInt(700)) {
                partitions.forEach(limiter::taskClosed);
                partitions.clear();
                inGroup = true;
                heartbeatMs = nowMs;
            }
        }

        private void claimCalls() {
            for (int partition : partitions) {
                if (random.nextDouble() < busyShare) {
                    claimAll(partition);
                } else {
                    limiter.tryReserve(partition, List.of());
                }
            }
        }

        private void claimAll(int partition) {
            List<QuotaClass> here = wantedHere.orElse(wanted);
            for (Optional<Permit> permit = limiter.tryReserve(partition, here);
                    permit.isPresent();
                    permit = limiter.tryReserve(partition, here)) {
                pending.add(permit.get());
                if (permit.get().quotaClass().rateCap().isPresent()) {
                    underCap.add();
                }
            }
        }

        private void exchangeMessages() {
            if (joining.isEmpty() && !limiter.joining().isEmpty()) {
                joining.addAll(limiter.joining());
                joinOffset = topic.size();
            }
            long delayMs = calm ? 20 : random.nextInt(400);
            while (applied < topic.size()
                    && (applied < joinOffset && !joining.isEmpty() || publishedMs.get(applied) + delayMs <= nowMs)) {
                limiter.apply(topic.get(applied++));
            }
            if (!joining.isEmpty() && applied >= joinOffset) {
                limiter.caughtUp(Set.copyOf(joining));
                joining.clear();
            }
            for (QuotaMessage message : limiter.pendingMessages()) {
                if (calm || random.nextInt(10) > 0) {
                    topic.add(message);
                    publishedMs.add(nowMs);
                }
            }
        }

        private void sendCalls() {
            while (!pending.isEmpty()
                    && limiter.tryAcquire(List.of(pending.element())).isPresent()) {
                pending.remove().release();
                sent(this);
            }
        }
    }
}
