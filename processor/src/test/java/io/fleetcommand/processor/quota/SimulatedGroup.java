package io.fleetcommand.processor.quota;

import io.fleetcommand.processor.core.policy.RateCap;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.request.Priority;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A group of instances with their gates, the partitions that move between them, the board they tell each other by, and
 * the cloud's exact sliding window; all in simulated time.
 */
final class SimulatedGroup {
    private static final long MS = 1_000_000;
    private static final long SESSION_MS = 10_000;
    private static final int MAX_SKEW_MS = 900;

    private final Quota quota;
    private final Random random;
    private final boolean calm;
    private final int restlessMs;
    private final List<Happening> mood = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final Map<Integer, Member> owners = new HashMap<>();
    private final List<QuotaMessage> board = new ArrayList<>();
    private final List<Long> boardMs = new ArrayList<>();
    private final Window all = new Window();
    private final Window underRule = new Window();
    private final List<Long> sentMs = new ArrayList<>();
    private List<Permit> wanted = List.of(Permit.of(Priority.BULK));
    private int names;
    private long nowMs = 1_000_000;
    private long nextEventMs;

    /** One to which some kinds of things happen, others not. */
    SimulatedGroup(Quota quota, int size, Random random) {
        this(quota, size, random, false);
    }

    private enum Happening {
        SLEEP,
        STICK,
        JOIN,
        LEAVE,
        CRASH,
        CLOCK,
        REFUSED,
        CALM,
        BUSY,
        ONE_BUSY
    }

    private SimulatedGroup(Quota quota, int size, Random random, boolean calm) {
        this.quota = quota;
        this.random = random;
        this.calm = calm;
        this.restlessMs = 2_000 + random.nextInt(30_000);
        for (Happening each : Happening.values()) {
            if (each == Happening.BUSY
                    || each == Happening.CALM
                    || random.nextInt(each == Happening.REFUSED ? 10 : 3) == 0) {
                mood.add(each);
            }
        }
        for (int number = 0; number < size; number++) {
            members.add(new Member());
        }
        rebalance();
        nextEventMs = nowMs + 500 + random.nextInt(5_000);
    }

    /** One in which nothing happens, and in which there is always work. */
    static SimulatedGroup calm(Quota quota, int size) {
        return new SimulatedGroup(quota, size, new Random(1), true);
    }

    SimulatedGroup withWorkOnlyAt(int busy) {
        for (int number = 0; number < members.size(); number++) {
            members.get(number).busyShare = number == busy ? 1 : 0;
        }
        return this;
    }

    /** There is work under a rule with a ceiling too, and it goes first. */
    SimulatedGroup under(RateCap rateCap) {
        wanted = List.of(ruled(rateCap), Permit.of(Priority.BULK));
        return this;
    }

    /** All work of a member is under a rule with a ceiling. */
    SimulatedGroup withAllUnder(RateCap rateCap, int member) {
        members.get(member).wantedHere = Optional.of(List.of(ruled(rateCap)));
        return this;
    }

    private static Permit ruled(RateCap rateCap) {
        return new Permit(Priority.BULK, Optional.of(rateCap));
    }

    void runFor(Duration time) {
        long endMs = nowMs + time.toMillis();
        while (nowMs < endMs) {
            nowMs += calm ? 10 : 50 + random.nextInt(150);
            if (!calm && nowMs >= nextEventMs) {
                somethingHappens();
                nextEventMs = nowMs + 200 + random.nextInt(restlessMs);
            }
            expireSessions();
            List.copyOf(members).forEach(Member::step);
        }
    }

    int worstWindow() {
        return all.worst;
    }

    /** The most calls under the rule that were claimed in any window. */
    int worstWindowUnderRule() {
        return underRule.worst;
    }

    long sentInLast(Duration time) {
        return sentMs.stream().filter(at -> at > nowMs - time.toMillis()).count();
    }

    long sentBy(int member) {
        return members.get(member).sent;
    }

    private void somethingHappens() {
        Member one = members.get(random.nextInt(members.size()));
        switch (mood.get(random.nextInt(mood.size()))) {
            case SLEEP -> one.sleep(random.nextInt(25_000));
            case STICK -> one.stick(random.nextInt(25_000));
            case JOIN -> members.add(new Member());
            case LEAVE -> one.leave();
            case CRASH -> one.crash();
            case CLOCK -> one.skewMs = random.nextInt(2 * MAX_SKEW_MS) - MAX_SKEW_MS;
            case REFUSED -> one.limiter.throttled(random.nextBoolean() ? 0 : 1_000L * random.nextInt(10));
            case CALM -> members.forEach(member -> member.busyShare = 0);
            case BUSY -> members.forEach(member -> member.busyShare = 1);
            case ONE_BUSY -> one.busyShare = random.nextInt(3) / 2.0;
        }
        if (members.isEmpty() || members.stream().noneMatch(Member::isInGroup)) {
            members.add(new Member());
        }
        rebalance();
    }

    /** The broker waits for a session to end before it gives the partitions of a silent member to others. */
    private void expireSessions() {
        boolean lost = false;
        for (Member member : members) {
            if (member.inGroup && nowMs - member.beatMs > SESSION_MS) {
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

    /** Partitions are spread over those in the group; one that answers gives a partition up before another gets it. */
    private void rebalance() {
        List<Member> group = members.stream().filter(Member::isInGroup).toList();
        IntStream.range(0, quota.shares()).forEach(partition -> {
            Member wanted = group.get((partition + (calm ? 0 : random.nextInt(2))) % group.size());
            Member owner = owners.get(partition);
            if (owner != wanted && (owner == null || owner.giveUp(partition))) {
                owners.put(partition, wanted);
                wanted.partitions.add(partition);
            }
        });
    }

    @Override
    public String toString() {
        return members.size() + " members, " + mood + ", " + board.size() + " notices, " + sentMs.size() + " sent";
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
        private int heard;
        private int joinMark;
        private long skewMs = calm ? 0 : random.nextInt(2 * MAX_SKEW_MS) - MAX_SKEW_MS;
        private double busyShare = 1;
        private boolean inGroup = true;
        private boolean dead;
        private long beatMs = nowMs;
        private long asleepUntilMs;
        private long stuckUntilMs;
        private int held;
        private long sent;
        private Optional<List<Permit>> wantedHere = Optional.empty();

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

        /** A stopped process: no thread of it runs. */
        void sleep(long ms) {
            asleepUntilMs = nowMs + ms;
        }

        /** Its stream thread hangs; its other threads go on, heartbeats too, and what it has claimed is sent. */
        void stick(long ms) {
            stuckUntilMs = nowMs + ms;
        }

        void leave() {
            if (!isSilent()) {
                List.copyOf(partitions).forEach(this::giveUp);
                inGroup = false;
                dead = true;
            }
        }

        void crash() {
            dead = true;
        }

        private boolean isSilent() {
            return dead || nowMs < asleepUntilMs || nowMs < stuckUntilMs;
        }

        /** Whether the partition may go to another: at once from one that answers, or once its session has ended. */
        boolean giveUp(int partition) {
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
            if (dead || nowMs < asleepUntilMs) {
                return;
            }
            if (nowMs >= stuckUntilMs) {
                beat();
                turns();
            }
            listen();
            depart();
        }

        /** One that lost its session finds out only a while after it is awake. */
        private void beat() {
            if (inGroup) {
                beatMs = nowMs;
            } else if (nowMs > Math.max(asleepUntilMs, stuckUntilMs) + 100 + random.nextInt(700)) {
                partitions.forEach(limiter::taskClosed);
                partitions.clear();
                inGroup = true;
                beatMs = nowMs;
            }
        }

        private void turns() {
            for (int partition : partitions) {
                if (random.nextDouble() < busyShare) {
                    claimAll(partition);
                } else {
                    limiter.idle(partition);
                }
            }
        }

        private void claimAll(int partition) {
            List<Permit> here = wantedHere.orElse(wanted);
            for (Optional<Permit> permit = limiter.tryReserve(partition, here);
                    permit.isPresent();
                    permit = limiter.tryReserve(partition, here)) {
                held++;
                if (permit.get().rateCap().isPresent()) {
                    underRule.add();
                }
            }
        }

        private void listen() {
            if (joining.isEmpty() && !limiter.joining().isEmpty()) {
                joining.addAll(limiter.joining());
                joinMark = board.size();
            }
            long delayMs = calm ? 20 : random.nextInt(400);
            while (heard < board.size()
                    && (heard < joinMark && !joining.isEmpty() || boardMs.get(heard) + delayMs <= nowMs)) {
                limiter.apply(board.get(heard++));
            }
            if (!joining.isEmpty() && heard >= joinMark) {
                limiter.caughtUp(Set.copyOf(joining));
                joining.clear();
            }
            for (QuotaMessage message : limiter.pendingMessages()) {
                if (calm || random.nextInt(10) > 0) {
                    board.add(message);
                    boardMs.add(nowMs);
                }
            }
        }

        private void depart() {
            while (held > 0 && limiter.tryAcquire(EnumSet.of(Priority.BULK)).isPresent()) {
                held--;
                sent(this);
                limiter.callEnded();
            }
        }
    }
}
