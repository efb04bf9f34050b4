package io.fleetcommand.processor.core.ports;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Parking for tests of rules, in memory. */
public final class InMemoryParkedDevices implements ParkedDeviceStore {
    private final Map<String, List<QueuePosition>> lines = new HashMap<>();
    private final Map<QueueKey, Set<String>> queues = new HashMap<>();
    private final List<Reminder> reminders = new ArrayList<>();

    private record Reminder(long atMs, QueueKey queue, String deviceId) {}

    @Override
    public List<QueuePosition> lines(String deviceId) {
        return lines.getOrDefault(deviceId, List.of());
    }

    @Override
    public void park(String deviceId, List<QueuePosition> places) {
        lines.put(deviceId, List.copyOf(places));
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
        reminders.add(new Reminder(atMs, queue, deviceId));
    }

    @Override
    public void onTimer(long nowMs) {
        reminders.stream()
                .filter(reminder -> reminder.atMs() <= nowMs)
                .forEach(reminder -> enqueue(reminder.queue(), reminder.deviceId()));
        reminders.removeIf(reminder -> reminder.atMs() <= nowMs);
    }
}
