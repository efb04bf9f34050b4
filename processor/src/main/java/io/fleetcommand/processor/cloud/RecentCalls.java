package io.fleetcommand.processor.cloud;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Statistics of the latest calls and the devices they were made for, which decide whether the cloud fails as a whole:
 * enough calls must have failed, and of several devices, since a single failing device is no outage even if no other
 * was called. Calls that were not sent count whatever share of the devices they are of, if there are two such devices.
 * Memory is bounded by the two thresholds. Not thread-safe.
 */
final class RecentCalls {
    /** With one device it cannot be told whether the device or the cloud fails; its own back-off spares the cloud. */
    static final int MIN_DEVICES = 2;

    private final int failures;
    private final int devices;
    private final long deviceNanos;
    /** The latest calls, oldest first; at most 2 × {@code failures}. */
    private final Deque<Call> calls = new ArrayDeque<>();
    /** The latest call by device, in order of the calls. */
    private final Map<String, Latest> byDevice = new LinkedHashMap<>();

    /**
     * @param failures number of failed calls within the last 2 × as many
     * @param devices number of failing devices; fewer, but at least two, suffice if no other device was called
     * @param deviceNanos how long a device counts after its latest call, in nanoseconds
     */
    RecentCalls(int failures, int devices, long deviceNanos) {
        this.failures = failures;
        this.devices = devices;
        this.deviceNanos = deviceNanos;
    }

    /** The result of a call, as far as the cloud is concerned. */
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

    /** The figures behind the decision, for the log. */
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
            boolean expired = nowNanos - oldestFirst.next().atNanos() > deviceNanos;
            if (!expired && byDevice.size() <= 2 * Math.max(failures, devices)) {
                return;
            }
            oldestFirst.remove();
        }
    }
}
