package io.fleetcommand.processor.core.ports;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A {@link ParkedDeviceStore} in memory, for tests. */
public final class InMemoryParkedDevices implements ParkedDeviceStore {
    private final Map<String, List<QueuePosition>> lines = new HashMap<>();
    private final Map<QueueKey, Set<String>> queues = new HashMap<>();
    private final List<Timer> timers = new ArrayList<>();

    private record Timer(long atMs, QueueKey queue, String deviceId) {}

    @Override
    public List<QueuePosition> lines(String deviceId) {
        return lines.getOrDefault(deviceId, List.of());
    }

    @Override
    public void park(String deviceId, List<QueuePosition> starts) {
        lines.put(deviceId, List.copyOf(starts));
    }

    @Override
    public void unpark(String deviceId) {
        lines.remove(deviceId);
    }

    @Override
    public int parked() {
        return lines.size();
    }

    @Override
    public void enqueue(QueueKey queue, String deviceId) {
        queues.computeIfAbsent(queue, none -> new LinkedHashSet<>()).add(deviceId);
    }

    @Override
    public Optional<String> dequeue(QueueKey queue) {
        Optional<String> first = queues.getOrDefault(queue, Set.of()).stream().findFirst();
        first.ifPresent(device -> queues.get(queue).remove(device));
        return first;
    }

    @Override
    public boolean isEmpty(QueueKey queue) {
        return queues.getOrDefault(queue, Set.of()).isEmpty();
    }

    @Override
    public List<QueueKey> queues() {
        return queues.keySet().stream()
                .filter(queue -> !isEmpty(queue))
                .sorted(Comparator.comparing(QueueKey::priority))
                .toList();
    }

    @Override
    public void scheduleUnpark(long atMs, QueueKey queue, String deviceId) {
        timers.add(new Timer(atMs, queue, deviceId));
    }

    @Override
    public void onTimer(long nowMs) {
        timers.stream()
                .filter(timer -> timer.atMs() <= nowMs)
                .forEach(timer -> enqueue(timer.queue(), timer.deviceId()));
        timers.removeIf(timer -> timer.atMs() <= nowMs);
    }
}
