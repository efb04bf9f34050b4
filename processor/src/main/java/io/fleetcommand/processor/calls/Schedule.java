package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.calls.DeviceLine.Seat;
import io.fleetcommand.processor.core.AccessRules;
import io.fleetcommand.processor.core.Agenda;
import io.fleetcommand.processor.core.Backlog;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Parking;
import io.fleetcommand.processor.core.Phase;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.QueueKey;
import io.fleetcommand.processor.core.RequestKey;
import io.fleetcommand.processor.core.Rests;
import io.fleetcommand.processor.core.Right;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The agenda of one task: one call at a time per device, and within a lane those who ask take turns, and so do the
 * devices of each. A device that rests or answers slowly is simply not among the runnable ones, and so delays nobody
 * else.
 *
 * <p>In memory are the requests under way and, of the devices that have room here, the first of each line and the places
 * of the next few; all others are in the backlog. The {@link Room} bounds that, whatever the number of devices and of
 * those who ask; devices for which there is no room are parked, and take turns with those that have it.
 */
public final class Schedule implements Agenda {
    /** How many devices come back into memory at once. */
    private static final int MOST_ADMITTED = 64;

    private final Backlog backlog;
    private final ParkingLot parked;
    private final Rests rests;
    private final Supplier<AccessRules> access;
    private final Room room;
    private final HeldItems items = new HeldItems();
    private final Map<String, DeviceLine> devices = new HashMap<>();
    private final Map<Lane, Turns> lanes = new EnumMap<>(Lane.class);
    /** Of devices in memory whose rest is not over. */
    private final NavigableSet<Mark<String>> rested = new TreeSet<>();
    /** By these the ceilings of all items were found. */
    private AccessRules rules;

    private int underWay;

    /**
     * @param rests which devices are left alone, as it is at the moment
     * @param access the rules as they are at the moment, which say what calls count towards
     * @param mostHeld how many waiting requests are held in memory, see {@link Room}
     */
    public Schedule(Backlog backlog, Parking parking, Rests rests, Supplier<AccessRules> access, int mostHeld) {
        this.backlog = backlog;
        this.parked = new ParkingLot(parking, rests);
        this.rests = rests;
        this.access = access;
        this.room = new Room(mostHeld);
        this.rules = access.get();
        for (Lane lane : Lane.values()) {
            lanes.put(lane, new Turns());
        }
    }

    @Override
    public void put(Entry entry, long nowMs) {
        Optional<Item> old = items.find(entry.key());
        if (!entry.isOpen()) {
            old.ifPresent(was -> ends(was, nowMs));
            return;
        }
        Item item = Item.of(entry, rules);
        if (!item.waits()) {
            begins(old, item, nowMs);
            if (entry.phase() == Phase.CLAIMING) {
                lanes.get(item.lane()).served(item.requester());
            }
        } else if (old.isPresent() || !standsBehind(item)) {
            waits(old, item, nowMs);
        }
    }

    private void ends(Item was, long nowMs) {
        DeviceLine device = devices.get(was.deviceId());
        if (was.waits()) {
            advance(device, was, nowMs);
            refresh(was.deviceId(), nowMs);
        } else {
            end(device, was);
            refresh(was.deviceId(), nowMs);
            comeBack(was.deviceId(), nowMs);
            makeWay(was.deviceId(), nowMs);
        }
    }

    private void begins(Optional<Item> old, Item item, long nowMs) {
        DeviceLine device = device(item.deviceId(), item.queue());
        old.filter(Item::waits).ifPresent(was -> advance(device, was, nowMs));
        underWay += items.hold(item, nowMs).filter(was -> !was.waits()).isPresent() ? 0 : 1;
        device.begin(item);
        refresh(item.deviceId(), nowMs);
    }

    private void waits(Optional<Item> old, Item item, long nowMs) {
        DeviceLine device = device(item.deviceId(), item.queue());
        old.filter(was -> !was.waits()).ifPresent(was -> end(device, was));
        if (device.holdsAny()) {
            boolean opens = device.first(item.place().line()).isEmpty();
            if (old.isEmpty() && opens && !hasRoom(device.guestOf(), nowMs)) {
                park(item.deviceId(), nowMs);
            }
        }
        if (device.holdsAny()) {
            queue(device, item, nowMs);
        } else if (!parked.holds(item.deviceId()) && mayEnter(device, item, nowMs)) {
            device.becomesGuestOf(item.queue());
            queue(device, item, nowMs);
        } else {
            parked.add(item, nowMs);
        }
        refresh(item.deviceId(), nowMs);
        if (old.isPresent()) {
            comeBack(item.deviceId(), nowMs);
            makeWay(item.deviceId(), nowMs);
        }
    }

    /** Most requests that come stand behind others, and are left to the backlog. */
    private boolean standsBehind(Item item) {
        Optional<DeviceLine> device = Optional.ofNullable(devices.get(item.deviceId()));
        boolean behind = device.flatMap(line -> line.first(item.place().line()))
                .filter(head -> head.place().compareTo(item.place()) < 0)
                .isPresent();
        if (behind) {
            device.get().leftBehind(item);
        }
        return behind;
    }

    private DeviceLine device(String deviceId, QueueKey guestOf) {
        return devices.computeIfAbsent(deviceId, none -> {
            DeviceLine device = new DeviceLine(rests.untilMs(deviceId), guestOf);
            device.rest().ifPresent(untilMs -> rested.add(new Mark<>(untilMs, deviceId)));
            return device;
        });
    }

    @Override
    public List<Right> wanted(long nowMs) {
        judge(nowMs);
        awaken(nowMs);
        admit(nowMs);
        return lanes.values().stream().flatMap(turns -> turns.rights().stream()).toList();
    }

    @Override
    public Optional<Turn> next(Right right, long nowMs) {
        awaken(nowMs);
        return lanes.get(right.lane()).next(right).map(turn -> {
            Item item = callable(turn.deviceId(), nowMs).get(new Seat(right, turn.requester()));
            return new Turn(item.key(), item.place(), right, turn.sinceMs());
        });
    }

    /** Once the rules have changed, those who wait count towards the ceilings of the new ones. */
    private void judge(long nowMs) {
        AccessRules before = rules;
        rules = access.get();
        if (!before.equals(rules) && (before.haveCeilings() || rules.haveCeilings())) {
            items.waiting().stream()
                    .sorted(Comparator.comparingLong(item -> item.place().sequence()))
                    .map(Item::key)
                    .map(backlog::find)
                    .flatMap(Optional::stream)
                    .forEach(entry -> put(entry, nowMs));
        }
    }

    /** Those that rested and are due have a turn again. */
    private void awaken(long nowMs) {
        while (!rested.isEmpty() && rested.first().atMs() <= nowMs) {
            refresh(rested.pollFirst().of(), nowMs);
        }
        for (Optional<Item> item = items.nextDue(nowMs); item.isPresent(); item = items.nextDue(nowMs)) {
            refresh(item.get().deviceId(), nowMs);
        }
    }

    /** Devices that are parked take the room there is. */
    private void admit(long nowMs) {
        if (parked.isEmpty()) {
            return;
        }
        int looked = 0;
        for (QueueKey queue : parked.queues(nowMs)) {
            while (looked < MOST_ADMITTED && parked.isAwaited(queue) && hasRoom(queue, nowMs)) {
                looked++;
                parked.next(queue).ifPresent(device -> unpark(device, queue, nowMs));
            }
        }
    }

    @Override
    public Optional<RequestKey> alarm(long nowMs) {
        return items.nextAlarm(nowMs).map(Item::key);
    }

    @Override
    public void restChanged(String deviceId, long nowMs) {
        DeviceLine device = devices.get(deviceId);
        if (device != null) {
            forgetRest(deviceId, device);
            device.restsUntil(rests.untilMs(deviceId));
            device.rest().ifPresent(untilMs -> rested.add(new Mark<>(untilMs, deviceId)));
            refresh(deviceId, nowMs);
        }
        if (rests.untilMs(deviceId).isEmpty()) {
            comeBack(deviceId, nowMs);
        }
    }

    /** What a parked device waited for is over: a call of it, or its rest. */
    private void comeBack(String deviceId, long nowMs) {
        if (parked.holds(deviceId)) {
            Stream<Item> firsts = parked.lines(deviceId).stream()
                    .flatMap(first -> backlog.waiting(first, 1).stream())
                    .map(entry -> Item.of(entry, rules));
            parked.comeBack(deviceId, firsts, nowMs);
        }
    }

    private void forgetRest(String deviceId, DeviceLine device) {
        device.rest().ifPresent(untilMs -> rested.remove(new Mark<>(untilMs, deviceId)));
    }

    @Override
    public List<Place> polls(String deviceId) {
        DeviceLine device = devices.get(deviceId);
        Stream<Place> underWay = device == null
                ? Stream.empty()
                : device.underWay().map(items::find).flatMap(Optional::stream).map(Item::place);
        Stream<Place> waiting =
                (device != null && device.holdsAny() ? device.lines() : parked.lines(deviceId)).stream();
        return Stream.concat(underWay, waiting)
                .filter(Place::isPoll)
                .collect(Collectors.toMap(Place::line, place -> place, BinaryOperator.minBy(Place::compareTo)))
                .values()
                .stream()
                .toList();
    }

    @Override
    public int underWay() {
        return underWay;
    }

    /** How many requests are held in memory. */
    int held() {
        return items.size();
    }

    private void end(DeviceLine device, Item item) {
        items.release(item);
        underWay--;
        device.end(item);
    }

    /** One that stands behind the first of its line is left to the backlog. */
    private void queue(DeviceLine device, Item item, long nowMs) {
        Optional<Item> first = device.first(item.place().line());
        Optional<Item> other = first.filter(head -> !head.key().equals(item.key()));
        if (other.isPresent() == first.isPresent() && device.stepsAside(item, nowMs)) {
            Optional<Item> old = items.find(item.key());
            if (!old.equals(Optional.of(item))) {
                enter(device, item, nowMs);
                device.stepAside(item);
                old.filter(Item::waits).ifPresent(was -> leaves(device, was));
            }
        } else if (other.filter(head -> head.place().compareTo(item.place()) < 0)
                .isPresent()) {
            device.leftBehind(item);
        } else if (!first.equals(Optional.of(item))) {
            other.ifPresent(device::leftBehind);
            lead(device, item, nowMs);
            first.ifPresent(was -> leaves(device, was));
        }
    }

    /** One that was first in its line, or stood aside, has left it. */
    private void advance(DeviceLine device, Item item, long nowMs) {
        Place.Line line = item.place().line();
        if (!device.leavesAside(item)) {
            device.behind(line)
                    .ifPresentOrElse(
                            behind -> follow(device, behind, item.place().next(), nowMs), () -> device.emptied(line));
        }
        leaves(device, item);
    }

    /** The next one that waits leads the line; polls that are not due yet step aside for it. */
    private void follow(DeviceLine device, Behind behind, Place from, long nowMs) {
        Place place = from;
        for (Optional<Entry> next = follower(behind, place); next.isPresent(); next = follower(behind, place)) {
            Item item = Item.of(next.get(), rules);
            place = item.place().next();
            boolean isAside = items.find(item.key()).isPresent();
            if (!isAside && !device.stepsAside(item, nowMs)) {
                lead(device, item, nowMs);
                return;
            }
            if (!isAside) {
                enter(device, item, nowMs);
                device.stepAside(item);
            }
        }
        device.emptied(from.line());
    }

    /** The next one that waits, among the few that are known or in the backlog from a place on. */
    private Optional<Entry> follower(Behind behind, Place from) {
        for (Optional<Place> next = behind.next(); next.isPresent(); next = behind.next()) {
            Optional<Entry> entry = backlog.at(next.get()).filter(found -> found.phase() == Phase.READY);
            if (entry.isPresent()) {
                return entry;
            }
        }
        if (!behind.areOthers()) {
            return Optional.empty();
        }
        // Looked for together with the few behind it, so that those need not be.
        List<Entry> others = backlog.waiting(from, 1 + Behind.FEW);
        behind.refill(others.stream().skip(1).map(Place::of).toList());
        return others.stream().findFirst();
    }

    private void lead(DeviceLine device, Item item, long nowMs) {
        enter(device, item, nowMs);
        device.lead(item);
    }

    private void enter(DeviceLine device, Item item, long nowMs) {
        items.hold(item, nowMs);
        lanes.get(item.lane()).waits(item.requester());
        room.take(device.guestOf());
    }

    private void leaves(DeviceLine device, Item item) {
        items.release(item);
        lanes.get(item.lane()).waitsNoMore(item.requester());
        room.give(device.guestOf());
    }

    private void refresh(String deviceId, long nowMs) {
        DeviceLine device = devices.get(deviceId);
        if (device == null) {
            return;
        }
        Set<Seat> seats = callable(deviceId, nowMs).keySet();
        for (Seat seat : device.seats()) {
            if (!seats.contains(seat)) {
                turns(seat).remove(seat, deviceId);
            }
        }
        seats.forEach(seat -> turns(seat).add(seat, deviceId, nowMs));
        device.sitsAt(seats);
        if (!seats.isEmpty() && seats.stream().map(Seat::queue).noneMatch(device.guestOf()::equals)) {
            takeRoomOf(device, seats.iterator().next().queue());
        }
        room.idle(deviceId, seats.isEmpty() && device.holdsAny());
        if (device.isEmpty()) {
            forgetRest(deviceId, device);
            devices.remove(deviceId);
        }
    }

    /** Nobody's room is taken on behalf of others. */
    private void takeRoomOf(DeviceLine device, QueueKey queue) {
        device.waiting().forEach(item -> {
            room.give(device.guestOf());
            room.take(queue);
        });
        device.becomesGuestOf(queue);
    }

    private Turns turns(Seat seat) {
        return lanes.get(seat.right().lane());
    }

    /** Nobody of a device that rests; of one that is to be tried, those of its best lane. */
    private Map<Seat, Item> callable(String deviceId, long nowMs) {
        DeviceLine device = devices.get(deviceId);
        Map<Seat, Item> all = device.callable(nowMs);
        return device.rest().isEmpty() || all.isEmpty() || device.rest().getAsLong() <= nowMs && all.size() == 1
                ? all
                : device.rest().getAsLong() > nowMs ? Map.of() : ofBestLane(all);
    }

    private static Map<Seat, Item> ofBestLane(Map<Seat, Item> all) {
        Lane best =
                Collections.min(all.values(), Comparator.comparing(Item::lane)).lane();
        return all.entrySet().stream()
                .filter(seat -> seat.getValue().lane() == best)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private boolean hasRoom(QueueKey queue, long nowMs) {
        return room.isFor(queue) || evict(nowMs);
    }

    /** Nobody enters before those that have waited longer for it, nor has another leave before it is due itself. */
    private boolean mayEnter(DeviceLine device, Item item, long nowMs) {
        boolean isDue = Math.max(item.dueMs(), device.rest().orElse(0)) <= nowMs;
        return !parked.isAwaited(item.queue()) && (isDue ? hasRoom(item.queue(), nowMs) : room.isFor(item.queue()));
    }

    /** Parks a device of which nobody can be called at present; false if there is none. */
    private boolean evict(long nowMs) {
        Optional<String> idle = room.anIdleOne();
        idle.ifPresent(device -> park(device, nowMs));
        return idle.isPresent();
    }

    /** A device that has had its turn goes behind those that wait for room, if any do. */
    private void makeWay(String deviceId, long nowMs) {
        DeviceLine device = devices.get(deviceId);
        if (device != null && device.seats().stream().map(Seat::queue).anyMatch(parked::isAwaited)) {
            park(deviceId, nowMs);
        }
    }

    private void park(String deviceId, long nowMs) {
        // Somebody may have become due since it was looked at.
        refresh(deviceId, nowMs);
        DeviceLine device = devices.get(deviceId);
        parked.park(deviceId, device, nowMs);
        device.seats().forEach(seat -> turns(seat).remove(seat, deviceId));
        device.sitsAt(Set.of());
        List<Item> waiting = device.waiting();
        device.forget();
        waiting.forEach(item -> leaves(device, item));
        refresh(deviceId, nowMs);
    }

    private void unpark(String deviceId, QueueKey guestOf, long nowMs) {
        List<Place> lines = parked.take(deviceId);
        DeviceLine device = device(deviceId, guestOf);
        device.becomesGuestOf(guestOf);
        lines.forEach(first -> follow(device, device.unknown(first.line()), first, nowMs));
        refresh(deviceId, nowMs);
    }
}
