package io.fleetcommand.processor.cloud;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The latest calls and the devices they were made for, and whether they say that the cloud fails as a whole: many calls
 * must have failed, and calls of several devices, since one that fails alone is no outage, even where no other was
 * called. Calls that were not sent count however few devices they are of, beyond the first. Memory is bounded by the two
 * thresholds. Not thread-safe.
 */
final class RecentCalls {
    /** Of one device nobody can tell whether it or the cloud fails; its own back-off spares the cloud. */
    static final int MIN_DEVICES = 2;

    private final int failures;
    private final int devices;
    private final long deviceNanos;
    /** The latest last, at most twice the failures. */
    private final Deque<Call> calls = new ArrayDeque<>();
    /** By device, the one called last at the end. */
    private final Map<String, Latest> byDevice = new LinkedHashMap<>();

    /**
     * @param failures threshold of failed calls, among twice as many
     * @param devices threshold of failing devices; fewer, but two at least, do where no other device was called
     * @param deviceNanos how long a device counts after its latest call
     */
    RecentCalls(int failures, int devices, long deviceNanos) {
        this.failures = failures;
        this.devices = devices;
        this.deviceNanos = deviceNanos;
    }

    /** How a call ended, as far as the cloud is concerned. */
    enum Result {
        ANSWERED,
        FAILED,
        NOT_SENT
    }

    private record Call(String deviceId, Result result) {}

    private record Latest(boolean failed, long atNanos) {}

    void add(String deviceId, Result result, long nowNanos) {
        calls.addLast(new Call(deviceId, result));
        if (calls.size() > 2 * failures) {
            calls.removeFirst();
        }
        byDevice.remove(deviceId);
        byDevice.put(deviceId, new Latest(result != Result.ANSWERED, nowNanos));
        forgetDevices(nowNanos);
    }

    boolean cloudFails() {
        return count(Result.NOT_SENT) >= failures && devicesNotSentTo() >= MIN_DEVICES
                || count(Result.NOT_SENT) + count(Result.FAILED) >= failures && devicesFail();
    }

    void clear() {
        calls.clear();
        byDevice.clear();
    }

    /** The figures that a decision rests on, for the log. */
    @Override
    public String toString() {
        return (calls.size() - count(Result.ANSWERED)) + " of the latest " + calls.size() + " calls failed, and "
                + failingDevices() + " of " + byDevice.size() + " devices";
    }

    private boolean devicesFail() {
        long failing = failingDevices();
        return failing >= MIN_DEVICES
                && 2 * failing >= byDevice.size()
                && (failing >= devices || failing == byDevice.size());
    }

    private long devicesNotSentTo() {
        return calls.stream()
                .filter(call -> call.result() == Result.NOT_SENT)
                .map(Call::deviceId)
                .distinct()
                .count();
    }

    private long failingDevices() {
        return byDevice.values().stream().filter(Latest::failed).count();
    }

    private long count(Result result) {
        return calls.stream().filter(call -> call.result() == result).count();
    }

    private void forgetDevices(long nowNanos) {
        Iterator<Latest> oldestFirst = byDevice.values().iterator();
        while (oldestFirst.hasNext()) {
            boolean tooOld = nowNanos - oldestFirst.next().atNanos() > deviceNanos;
            if (!tooOld && byDevice.size() <= 2 * Math.max(failures, devices)) {
                return;
            }
            oldestFirst.remove();
        }
    }
}
