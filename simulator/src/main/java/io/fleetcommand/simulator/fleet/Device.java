package io.fleetcommand.simulator.fleet;

import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import io.fleetcommand.simulator.timing.Latency;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** A simulated device, which decides the outcome of each call. Thread-safe: all state is guarded by {@code this}. */
public final class Device {
    private final String id;
    private final int index;
    private final Profile profile;
    private final Timing timing;
    private final SplittableRandom random;
    private final DeviceQueue queue = new DeviceQueue();

    private DeviceRecord record;
    private InstalledFirmware firmware = InstalledFirmware.CURRENT;
    private Condition condition;
    private Latency latency;
    /** When the cloud detects that the device is offline; valid only while it is offline. */
    private long detectedOfflineAtNanos = Long.MIN_VALUE;

    private long awakeUntilNanos = Long.MIN_VALUE;
    private int executionsOfCount;

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

    /** @return the changed record */
    public synchronized DeviceRecord change(UnaryOperator<DeviceRecord> change) {
        record = change.apply(record);
        return record;
    }

    public synchronized InstalledFirmware firmware() {
        return firmware;
    }

    public synchronized void install(UnaryOperator<InstalledFirmware> change) {
        firmware = change.apply(firmware);
    }

    /** The names of its functions, as far as the cloud knows them. */
    public List<String> functions() {
        return firmware().functions().orElse(List.of());
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

    public synchronized void setCondition(Condition next, long nowNanos) {
        if (next == Condition.OFFLINE && condition != Condition.OFFLINE) {
            detectedOfflineAtNanos = nowNanos + onlineFlagLag().toNanos();
        }
        condition = next;
    }

    public synchronized void setLatency(Latency next) {
        latency = next;
    }

    public synchronized Latency latency() {
        return latency;
    }

    /** The cloud's online flag: true for a while after the device has disconnected (particle-contract §4.2). */
    public synchronized boolean online(long nowNanos) {
        return condition != Condition.OFFLINE || nowNanos < detectedOfflineAtNanos;
    }

    /** Sends a call to the device. */
    public synchronized CallOutcome call(long nowNanos) {
        long timeoutAtNanos = nowNanos + timing.deviceTimeout().toNanos();
        return switch (condition) {
            case ONLINE -> run(nowNanos, 0, timeoutAtNanos);
            case OFFLINE ->
                nowNanos < detectedOfflineAtNanos
                        ? CallOutcome.lost(timeoutAtNanos)
                        : CallOutcome.knownOffline(nowNanos + offlineAnswerNanos());
            case SILENT ->
                profile.has(Setting.SILENT_DEVICE_EXECUTED)
                        ? CallOutcome.unacknowledged(runAt(nowNanos, 0), timeoutAtNanos)
                        : CallOutcome.lost(timeoutAtNanos);
            case SLEEPING -> {
                long wakeNanos = nowNanos < awakeUntilNanos ? 0 : timing.wake().toNanos();
                awakeUntilNanos = nowNanos + Timing.AWAKE.toNanos();
                yield run(nowNanos, wakeNanos, timeoutAtNanos);
            }
            case FLAKY -> {
                double draw = random.nextDouble();
                if (draw < timing.flakyRate() / 2) {
                    yield CallOutcome.lost(timeoutAtNanos);
                }
                yield draw < timing.flakyRate()
                        ? CallOutcome.unacknowledged(runAt(nowNanos, 0), timeoutAtNanos)
                        : run(nowNanos, 0, timeoutAtNanos);
            }
        };
    }

    /** Executes the function {@code count}. @return the number of its executions so far */
    synchronized int countOnce() {
        return ++executionsOfCount;
    }

    private CallOutcome run(long nowNanos, long wakeNanos, long timeoutAtNanos) {
        var runsAt = runAt(nowNanos, wakeNanos);
        boolean inTime = runsAt.isPresent() && runsAt.getAsLong() <= timeoutAtNanos;
        return inTime ? CallOutcome.answered(runsAt.getAsLong()) : CallOutcome.unacknowledged(runsAt, timeoutAtNanos);
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
