package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.calls.DeviceLine.Seat;
import io.fleetcommand.processor.core.AccessRules;
import io.fleetcommand.processor.core.Agenda;
import io.fleetcommand.processor.core.Backlog;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.Right;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The agenda of one task: one call at a time per device, and within a lane those who ask take turns, and so do the
 * devices of each. A device that rests or answers slowly is simply not among the runnable ones, and so delays nobody
 * else.
 *
 * <p>In memory are the requests under way, the first of each line of each device, and the places of the next few; all
 * others are in the backlog. So memory grows with the devices that have work and the services that ask, and not with the
 * work.
 */
public final class Schedule implements Agenda {
    private final Backlog backlog;
    private final Supplier<AccessRules> access;
    private final Map<String, Item> items = new HashMap<>();
    private final Map<String, DeviceLine> devices = new HashMap<>();
    private final Map<Lane, Turns> lanes = new EnumMap<>(Lane.class);
    /** Of those that wait and are not due yet. */
    private final NavigableSet<Mark> due = new TreeSet<>();
    /** Of those under way. */
    private final NavigableSet<Mark> alarms = new TreeSet<>();
    /** By device: when its rest is, or was, over. */
    private final Map<String, Long> rests = new HashMap<>();
    /** Of devices, some of which have begun another rest since, or work again. */
    private final PriorityQueue<Mark> rested = new PriorityQueue<>();
    /** By these the ceilings of all items were found. */
    private AccessRules rules;

    private int underWay;

    /** @param access the rules as they are at the moment, which say what calls count towards */
    public Schedule(Backlog backlog, Supplier<AccessRules> access) {
        this.backlog = backlog;
        this.access = access;
        this.rules = access.get();
        for (Lane lane : Lane.values()) {
            lanes.put(lane, new Turns());
        }
    }

    @Override
    public void put(Entry entry, long nowMs) {
        Optional<Item> old = Optional.ofNullable(items.get(entry.id()));
        if (entry.isOpen()) {
            Item item = Item.of(entry, rules);
            DeviceLine line = devices.computeIfAbsent(item.place().deviceId(), none -> new DeviceLine());
            if (item.waits()) {
                if (old.isEmpty() && standsBehind(line, item)) {
                    line.leftBehind(item);
                    return;
                }
                old.filter(was -> !was.waits()).ifPresent(was -> end(line, was));
                queue(line, item, nowMs);
            } else {
                old.filter(Item::waits).ifPresent(was -> advance(line, was, nowMs));
                begin(line, item, nowMs);
                if (entry.phase() == Phase.CLAIMING) {
                    lanes.get(item.lane()).served(item.requester());
                }
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
    public List<Right> wanted(long nowMs) {
        judge(nowMs);
        awaken(nowMs);
        List<Right> wanted = new ArrayList<>();
        lanes.values().forEach(turns -> wanted.addAll(turns.rights()));
        return wanted;
    }

    @Override
    public Optional<Turn> next(Right right, long nowMs) {
        awaken(nowMs);
        return lanes.get(right.lane()).next(right).map(turn -> {
            Item item = callable(turn.deviceId(), nowMs).get(new Seat(right, turn.requester()));
            return new Turn(item.requestId(), item.place(), right, turn.sinceMs());
        });
    }

    /** Once the rules have changed, those who wait count towards the ceilings of the new ones. */
    private void judge(long nowMs) {
        AccessRules before = rules;
        rules = access.get();
        if (!before.equals(rules) && (before.haveCeilings() || rules.haveCeilings())) {
            List.copyOf(items.values()).stream()
                    .filter(Item::waits)
                    .sorted(Comparator.comparingLong(item -> item.place().sequence()))
                    .map(Item::requestId)
                    .map(backlog::find)
                    .flatMap(Optional::stream)
                    .forEach(entry -> put(entry, nowMs));
        }
    }

    /** Those that rested and are due have a turn again. */
    private void awaken(long nowMs) {
        while (!rested.isEmpty() && rested.peek().atMs() <= nowMs) {
            refresh(rested.poll().id(), nowMs);
        }
        for (Optional<Item> item = pop(due, nowMs); item.isPresent(); item = pop(due, nowMs)) {
            refresh(item.get().place().deviceId(), nowMs);
        }
    }

    @Override
    public Optional<String> alarm(long nowMs) {
        return pop(alarms, nowMs).map(Item::requestId);
    }

    @Override
    public void rest(String deviceId, long untilMs, long nowMs) {
        rests.put(deviceId, untilMs);
        rested.add(new Mark(untilMs, deviceId));
        refresh(deviceId, nowMs);
    }

    @Override
    public void wake(String deviceId, long nowMs) {
        rests.remove(deviceId);
        refresh(deviceId, nowMs);
    }

    @Override
    public int resting() {
        return rests.size();
    }

    @Override
    public int underWay() {
        return underWay;
    }

    /** How many requests are held in memory. */
    int held() {
        return items.size();
    }

    /** The item of the earliest mark, if its time has come. */
    private Optional<Item> pop(NavigableSet<Mark> marks, long nowMs) {
        return marks.isEmpty() || marks.first().atMs() > nowMs
                ? Optional.empty()
                : Optional.of(items.get(marks.pollFirst().id()));
    }

    /** Holds an item in place of what was held of its request, and gives that back. */
    private Optional<Item> hold(Item item, long nowMs) {
        Optional<Item> old = Optional.ofNullable(items.put(item.requestId(), item));
        old.ifPresent(this::unmark);
        if (!item.waits() || item.wakeMs() > nowMs) {
            marks(item).add(Mark.of(item));
        }
        return old;
    }

    private void release(Item item) {
        if (items.remove(item.requestId(), item)) {
            unmark(item);
        }
    }

    private void unmark(Item item) {
        marks(item).remove(Mark.of(item));
    }

    private NavigableSet<Mark> marks(Item item) {
        return item.waits() ? due : alarms;
    }

    private void begin(DeviceLine line, Item item, long nowMs) {
        underWay += hold(item, nowMs).filter(old -> !old.waits()).isPresent() ? 0 : 1;
        line.begin(item);
    }

    private void end(DeviceLine line, Item item) {
        release(item);
        underWay--;
        line.end(item);
    }

    /** One that stands behind the first of its line is left to the backlog. */
    private void queue(DeviceLine line, Item item, long nowMs) {
        Optional<Item> first = line.first(item.place().line());
        Optional<Item> other = first.filter(head -> !head.requestId().equals(item.requestId()));
        if (standsBehind(line, item)) {
            other.ifPresent(head -> line.leftBehind(item));
        } else {
            other.ifPresent(line::leftBehind);
            lead(line, item, nowMs);
            first.ifPresent(this::leaves);
        }
    }

    /** Polls may overtake each other, so the first stays the first; commands keep their order. */
    private static boolean standsBehind(DeviceLine line, Item item) {
        return line.first(item.place().line())
                .filter(head -> head.equals(item)
                        || !head.requestId().equals(item.requestId())
                                && (item.place().isPoll() || head.place().compareTo(item.place()) < 0))
                .isPresent();
    }

    /** The first of a line has left it. */
    private void advance(DeviceLine line, Item item, long nowMs) {
        Place place = item.place();
        line.behind(place.line())
                .flatMap(behind -> follower(behind, place))
                .map(entry -> Item.of(entry, rules))
                .ifPresentOrElse(next -> lead(line, next, nowMs), () -> line.emptied(place.line()));
        leaves(item);
    }

    /** The next one that waits, among the few that are known or in the backlog. */
    private Optional<Entry> follower(Behind behind, Place place) {
        for (Optional<Place> next = behind.next(); next.isPresent(); next = behind.next()) {
            Optional<Entry> entry = backlog.at(next.get()).filter(found -> found.phase() == Phase.READY);
            if (entry.isPresent()) {
                return entry;
            }
        }
        if (!behind.areOthers()) {
            return Optional.empty();
        }
        return place.isPoll() ? backlog.pollAfter(place) : nextOfOthers(behind, place);
    }

    /** Looked for together with the few behind it, so that those need not be. */
    private Optional<Entry> nextOfOthers(Behind behind, Place place) {
        List<Entry> others = backlog.commandsBehind(place, 1 + Behind.FEW);
        behind.refill(others.stream().skip(1).map(Place::of).toList());
        return others.stream().findFirst();
    }

    private void lead(DeviceLine line, Item item, long nowMs) {
        hold(item, nowMs);
        line.lead(item);
        lanes.get(item.lane()).waits(item.requester());
    }

    private void leaves(Item head) {
        release(head);
        lanes.get(head.lane()).waitsNoMore(head.requester());
    }

    private void refresh(String deviceId, long nowMs) {
        DeviceLine line = devices.get(deviceId);
        if (line == null) {
            return;
        }
        Set<Seat> seats = callable(deviceId, nowMs).keySet();
        for (Seat seat : line.seats()) {
            if (!seats.contains(seat)) {
                turns(seat).remove(seat, deviceId);
            }
        }
        seats.forEach(seat -> turns(seat).add(seat, deviceId, nowMs));
        line.sitsAt(seats);
        if (line.isEmpty()) {
            devices.remove(deviceId);
        }
    }

    private Turns turns(Seat seat) {
        return lanes.get(seat.right().lane());
    }

    /** Nobody of a device that rests; of one that is to be tried, those of its best lane. */
    private Map<Seat, Item> callable(String deviceId, long nowMs) {
        Map<Seat, Item> all = devices.get(deviceId).callable(nowMs);
        Long untilMs = rests.get(deviceId);
        if (untilMs == null || all.isEmpty()) {
            return all;
        }
        Lane best =
                Collections.min(all.values(), Comparator.comparing(Item::lane)).lane();
        return all.entrySet().stream()
                .filter(seat -> untilMs <= nowMs && seat.getValue().lane() == best)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** A time at which a request or a device is to be looked at. */
    private record Mark(long atMs, String id) implements Comparable<Mark> {
        private static final Comparator<Mark> BY_TIME =
                Comparator.comparingLong(Mark::atMs).thenComparing(Mark::id);

        static Mark of(Item item) {
            return new Mark(item.wakeMs(), item.requestId());
        }

        @Override
        public int compareTo(Mark other) {
            return BY_TIME.compare(this, other);
        }
    }
}
