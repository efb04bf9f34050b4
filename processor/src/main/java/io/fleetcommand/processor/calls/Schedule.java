package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.Agenda;
import io.fleetcommand.processor.core.Backlog;
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
 *
 * <p>In memory are the requests under way and the first of each queue of each device; all others are in the backlog. So
 * memory grows with the devices that have work, and not with the work.
 */
public final class Schedule implements Agenda {
    private final Backlog backlog;
    private final Map<String, Item> items = new HashMap<>();
    private final Map<String, DeviceLine> devices = new HashMap<>();
    /** By lane: the devices that have somebody to call now, since when, in the order in which they became so. */
    private final Map<Lane, LinkedHashMap<String, Long>> runnable = new EnumMap<>(Lane.class);

    private final PriorityQueue<Mark> due = new PriorityQueue<>();
    private final PriorityQueue<Mark> alarms = new PriorityQueue<>();
    private int underWay;

    public Schedule(Backlog backlog) {
        this.backlog = backlog;
        for (Lane lane : Lane.values()) {
            runnable.put(lane, new LinkedHashMap<>());
        }
    }

    @Override
    public void put(Entry entry, long nowMs) {
        Optional<Item> old = Optional.ofNullable(items.get(entry.id()));
        if (entry.isOpen()) {
            Item item = Item.of(entry);
            DeviceLine line = devices.computeIfAbsent(item.place().deviceId(), none -> new DeviceLine());
            if (item.waits()) {
                old.filter(was -> !was.waits()).ifPresent(was -> end(line, was));
                queue(line, item, nowMs);
            } else {
                old.filter(Item::waits).ifPresent(was -> advance(line, was, nowMs));
                begin(line, item);
            }
            refresh(item.place().deviceId(), nowMs);
        } else {
            old.ifPresent(was -> {
                DeviceLine line = devices.get(was.place().deviceId());
                if (was.waits()) {
                    advance(line, was, nowMs);
                } else {
                    end(line, was);
                }
                refresh(was.place().deviceId(), nowMs);
            });
        }
    }

    @Override
    public Optional<Turn> next(long nowMs) {
        for (Optional<Item> item = pop(due, nowMs); item.isPresent(); item = pop(due, nowMs)) {
            refresh(item.get().place().deviceId(), nowMs);
        }
        for (Map.Entry<Lane, LinkedHashMap<String, Long>> lane : runnable.entrySet()) {
            for (Map.Entry<String, Long> device : lane.getValue().entrySet()) {
                Item item = devices.get(device.getKey())
                        .callable(lane.getKey(), nowMs)
                        .orElseThrow();
                return Optional.of(new Turn(item.requestId(), lane.getKey(), device.getValue()));
            }
        }
        return Optional.empty();
    }

    @Override
    public Optional<String> alarm(long nowMs) {
        return pop(alarms, nowMs).map(Item::requestId);
    }

    @Override
    public int underWay() {
        return underWay;
    }

    /** How many requests are held in memory. */
    int held() {
        return items.size();
    }

    /** The item of the earliest mark that has come, if the mark still says what the item says. */
    private Optional<Item> pop(PriorityQueue<Mark> marks, long nowMs) {
        while (!marks.isEmpty() && marks.peek().atMs() <= nowMs) {
            Mark mark = marks.poll();
            Item item = items.get(mark.requestId());
            if (item != null && item.wakeMs() == mark.atMs() && item.waits() == (marks == due)) {
                return Optional.of(item);
            }
        }
        return Optional.empty();
    }

    private void begin(DeviceLine line, Item item) {
        Item old = items.put(item.requestId(), item);
        underWay += old == null || old.waits() ? 1 : 0;
        line.begin(item);
        alarms.add(new Mark(item.wakeMs(), item.requestId()));
    }

    private void end(DeviceLine line, Item item) {
        items.remove(item.requestId());
        underWay--;
        line.end(item);
    }

    /** One that stands behind the first of its queue is left to the backlog. */
    private void queue(DeviceLine line, Item item, long nowMs) {
        Optional<Item> first = line.first(item.place());
        if (first.isPresent() && first.get().place().compareTo(item.place()) < 0) {
            return;
        }
        first.ifPresent(other -> items.remove(other.requestId()));
        lead(line, item, nowMs);
    }

    /** The first of a queue has left it. */
    private void advance(DeviceLine line, Item item, long nowMs) {
        items.remove(item.requestId());
        backlog.nextWaiting(item.place())
                .map(Item::of)
                .ifPresentOrElse(next -> lead(line, next, nowMs), () -> line.emptied(item.place()));
    }

    private void lead(DeviceLine line, Item item, long nowMs) {
        items.put(item.requestId(), item);
        line.lead(item);
        if (item.wakeMs() > nowMs) {
            due.add(new Mark(item.wakeMs(), item.requestId()));
        }
    }

    private void refresh(String deviceId, long nowMs) {
        DeviceLine line = devices.get(deviceId);
        for (Map.Entry<Lane, LinkedHashMap<String, Long>> lane : runnable.entrySet()) {
            if (line.callable(lane.getKey(), nowMs).isPresent()) {
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
