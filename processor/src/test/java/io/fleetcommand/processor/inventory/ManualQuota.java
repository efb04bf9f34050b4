package io.fleetcommand.processor.inventory;

import io.fleetcommand.processor.core.ports.CallLimiter;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QuotaClass;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A limiter that grants as many reservations and calls as the test says, and counts what it is told. */
final class ManualQuota implements CallLimiter {
    int reservable = Integer.MAX_VALUE;
    int sendable = Integer.MAX_VALUE;
    int reserved;
    int inFlight;
    final List<Long> throttled = new ArrayList<>();
    /** The tasks that are alive as far as it was told. */
    final Set<Integer> tasks = new HashSet<>();

    @Override
    public Optional<Permit> tryReserve(int task, List<QuotaClass> wanted) {
        tasks.add(task);
        if (reservable == 0) {
            return Optional.empty();
        }
        reservable--;
        reserved++;
        return Optional.of(new Permit(wanted.get(0), this::released));
    }

    @Override
    public void taskClosed(int task) {
        tasks.remove(task);
    }

    private void released(QuotaClass quotaClass, boolean used) {
        if (used) {
            inFlight--;
        } else {
            reserved--;
        }
    }

    @Override
    public Optional<Permit> tryAcquire(List<Permit> waiting) {
        if (sendable == 0) {
            return Optional.empty();
        }
        sendable--;
        reserved--;
        inFlight++;
        waiting.get(0).use();
        return Optional.of(waiting.get(0));
    }

    @Override
    public long nanosToPermit(List<Permit> waiting) {
        return sendable == 0 ? Long.MAX_VALUE : 0;
    }

    @Override
    public void throttled(long retryAfterMs) {
        throttled.add(retryAfterMs);
    }
}
