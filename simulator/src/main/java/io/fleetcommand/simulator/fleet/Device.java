package io.fleetcommand.simulator.fleet;

import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import io.fleetcommand.simulator.timing.Latency;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** One device: what becomes of a call to it. All state is guarded by the device itself; time is an argument. */
public final class Device {
    private final String id;
    private final int index;
    private final Profile profile;
    private final Timing timing;
    private final SplittableRandom random;
    private final DeviceQueue queue = new DeviceQueue();

    private DeviceRecord record;
    private Condition condition;
    private Latency latency;
    /** From here on the cloud knows that the device is offline; meaningful only while it is. */
    private long knownOfflineFromNanos = Long.MIN_VALUE;

    private long awakeUntilNanos = Long.MIN_VALUE;
    private int counted;

    Device(FleetPlan.Member member, String owner, long seed, Timing timing, Profile profile) {
        this.id = member.id();
        this.index = member.index();
        this.record = DeviceRecord.fresh(member, owner);
        this.condition = member.condition();
        this.latency = timing.latency();
        this.timing = timing;
        this.profile = profile;
        this.random = new SplittableRandom(seed * 31 + member.index());
    }

    public String id() {
        return id;
    }

    public int index() {
        return index;
    }

    public synchronized DeviceRecord record() {
        return record;
    }

    /** Returns the record as it is then. */
    public synchronized DeviceRecord change(UnaryOperator<DeviceRecord> change) {
        record = change.apply(record);
        return record;
    }

    public String name() {
        return record().name();
    }

    public List<String> groups() {
        return record().groups();
    }

    public boolean isOwnedBy(String user) {
        return record().owner().filter(user::equals).isPresent();
    }

    public synchronized Condition condition() {
        return condition;
    }

    public synchronized void become(Condition next, long nowNanos) {
        if (next == Condition.OFFLINE && condition != Condition.OFFLINE) {
            knownOfflineFromNanos = nowNanos + onlineFlagLag().toNanos();
        }
        condition = next;
    }

    public synchronized void slowTo(Latency next) {
        latency = next;
    }

    public synchronized Latency latency() {
        return latency;
    }

    /** What the cloud believes: true for a while after the device was lost (docs/cloud-contract.md §4.2). */
    public synchronized boolean online(long nowNanos) {
        return condition != Condition.OFFLINE || nowNanos < knownOfflineFromNanos;
    }

    /** The cloud sends the device a call now. */
    public synchronized Course call(long nowNanos) {
        long timeoutAtNanos = nowNanos + timing.deviceTimeout().toNanos();
        return switch (condition) {
            case ONLINE -> run(nowNanos, 0, timeoutAtNanos);
            case OFFLINE ->
                nowNanos < knownOfflineFromNanos
                        ? Course.lost(timeoutAtNanos)
                        : Course.knownOffline(nowNanos + offlineAnswerNanos());
            case SILENT ->
                profile.has(Setting.SILENT_DEVICE_EXECUTED)
                        ? Course.unheard(runAt(nowNanos, 0), timeoutAtNanos)
                        : Course.lost(timeoutAtNanos);
            case SLEEPING -> {
                long wakeNanos = nowNanos < awakeUntilNanos ? 0 : timing.wake().toNanos();
                awakeUntilNanos = nowNanos + Timing.AWAKE.toNanos();
                yield run(nowNanos, wakeNanos, timeoutAtNanos);
            }
            case FLAKY -> {
                double draw = random.nextDouble();
                if (draw < timing.flakyRate() / 2) {
                    yield Course.lost(timeoutAtNanos);
                }
                yield draw < timing.flakyRate()
                        ? Course.unheard(runAt(nowNanos, 0), timeoutAtNanos)
                        : run(nowNanos, 0, timeoutAtNanos);
            }
        };
    }

    /** How often the function {@code count} has run, this run included. */
    synchronized int countOnce() {
        return ++counted;
    }

    private Course run(long nowNanos, long wakeNanos, long timeoutAtNanos) {
        var runsAt = runAt(nowNanos, wakeNanos);
        boolean inTime = runsAt.isPresent() && runsAt.getAsLong() <= timeoutAtNanos;
        return inTime ? Course.answered(runsAt.getAsLong()) : Course.unheard(runsAt, timeoutAtNanos);
    }

    private OptionalLong runAt(long nowNanos, long wakeNanos) {
        return queue.add(nowNanos, wakeNanos + latency.drawNanos(random));
    }

    private long offlineAnswerNanos() {
        return profile.has(Setting.OFFLINE_400_SLOW)
                ? timing.deviceTimeout().toNanos() / 2
                : Math.min(latency.drawNanos(random), timing.deviceTimeout().toNanos());
    }

    private Duration onlineFlagLag() {
        if (profile.has(Setting.ONLINE_FLAG_EXACT)) {
            return Duration.ZERO;
        }
        return profile.has(Setting.ONLINE_FLAG_LAGS_46MIN) ? Duration.ofMinutes(46) : Duration.ofSeconds(50);
    }
}
