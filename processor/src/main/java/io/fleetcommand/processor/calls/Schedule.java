package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.Agenda;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Lane;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The agenda of one task: one call at a time per device, devices in turn within a lane, lanes in their order. A device
 * that rests or answers slowly is simply not among the runnable ones, and so delays nobody else.
 */
public final class Schedule implements Agenda {
    private final Map<String, Item> items = new HashMap<>();
    private final Map<String, DeviceLine> devices = new HashMap<>();
    /** By lane: the devices that have somebody to call now, since when, in the order in which they became so. */
    private final Map<Lane, LinkedHashMap<String, Long>> runnable = new EnumMap<>(Lane.class);

    private final PriorityQueue<Mark> due = new PriorityQueue<>();
    private final PriorityQueue<Mark> alarms = new PriorityQueue<>();

    public Schedule() {
        for (Lane lane : Lane.values()) {
            runnable.put(lane, new LinkedHashMap<>());
        }
    }

    @Override
    public void put(Entry entry, long nowMs) {
        Item old = items.remove(entry.id());
        if (old != null) {
            leaveLine(old, nowMs);
        }
        if (!entry.isOpen()) {
            return;
        }
        Item item = Item.of(entry);
        items.put(item.requestId(), item);
        alarms.add(new Mark(item.alarmMs(), item.requestId()));
        if (!item.waits() || item.standsInLineAt(nowMs)) {
            joinLine(item, nowMs);
        }
        if (item.waits() && item.dueMs() > nowMs) {
            due.add(new Mark(item.dueMs(), item.requestId()));
        }
    }

    @Override
    public Optional<Turn> next(long nowMs) {
        for (Optional<Item> item = pop(due, nowMs); item.isPresent(); item = pop(due, nowMs)) {
            joinLine(item.get(), nowMs);
        }
        for (Map.Entry<Lane, LinkedHashMap<String, Long>> lane : runnable.entrySet()) {
            for (Map.Entry<String, Long> device : lane.getValue().entrySet()) {
                Item head =
                        devices.get(device.getKey()).head(lane.getKey(), nowMs).orElseThrow();
                return Optional.of(new Turn(head.requestId(), device.getValue()));
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<String> alarm(long nowMs) {
        return pop(alarms, nowMs).map(Item::requestId);
    }

    /** The item of the earliest mark that has come, if the mark still says what the item says. */
    private Optional<Item> pop(PriorityQueue<Mark> marks, long nowMs) {
        while (!marks.isEmpty() && marks.peek().atMs() <= nowMs) {
            Mark mark = marks.poll();
            Item item = items.get(mark.requestId());
            if (item != null && mark.atMs() == (marks == due ? item.dueMs() : item.alarmMs())) {
                return Optional.of(item);
            }
        }
        return Optional.empty();
    }

    private void joinLine(Item item, long nowMs) {
        devices.computeIfAbsent(item.deviceId(), none -> new DeviceLine()).add(item);
        refresh(item.deviceId(), nowMs);
    }

    private void leaveLine(Item item, long nowMs) {
        DeviceLine line = devices.get(item.deviceId());
        if (line != null) {
            line.remove(item);
            refresh(item.deviceId(), nowMs);
        }
    }

    private void refresh(String deviceId, long nowMs) {
        DeviceLine line = devices.get(deviceId);
        for (Map.Entry<Lane, LinkedHashMap<String, Long>> lane : runnable.entrySet()) {
            if (line.head(lane.getKey(), nowMs).isPresent()) {
                lane.getValue().putIfAbsent(deviceId, nowMs);
            } else {
                lane.getValue().remove(deviceId);
            }
        }
        if (line.isEmpty()) {
            devices.remove(deviceId);
        }
    }

    /** A time at which an item is to be looked at; void if the item has changed its mind since. */
    private record Mark(long atMs, String requestId) implements Comparable<Mark> {
        @Override
        public int compareTo(Mark other) {
            return Comparator.comparingLong(Mark::atMs)
                    .thenComparing(Mark::requestId)
                    .compare(this, other);
        }
    }
}
