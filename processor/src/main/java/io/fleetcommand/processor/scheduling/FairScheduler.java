package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.ports.Backlog;
import io.fleetcommand.processor.core.ports.CallScheduler;
import io.fleetcommand.processor.core.ports.DeviceBackoffs;
import io.fleetcommand.processor.core.ports.ParkedDeviceStore;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.scheduling.DeviceQueues.TurnKey;
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
 * The agenda of one task: one call at a time per device, and within a priority those who ask take turns, and so do the
 * devices of each. A device that rests or answers slowly is simply not among the runnable ones, and so delays nobody
 * else.
 *
 * <p>In memory are the requests under way and, of the devices that have room here, the first of each line and the places
 * of the next few; all others are in the backlog. The {@link QueueCapacity} bounds that, whatever the number of devices and of
 * those who ask; devices for which there is no room are parked, and take turns with those that have it.
 */
public final class FairScheduler implements CallScheduler {
    /** How many devices come back into memory at once. */
    private static final int MAX_ADMITTED = 64;

    private final Backlog backlog;
    private final ParkedDeviceQueues parked;
    private final DeviceBackoffs backoffs;
    private final Supplier<AccessPolicy> access;
    private final QueueCapacity room;
    private final QueuedRequests items = new QueuedRequests();
    private final Map<String, DeviceQueues> devices = new HashMap<>();
    private final Map<Priority, RoundRobinQueue> priorities = new EnumMap<>(Priority.class);
    /** Of devices in memory whose rest is not over. */
    private final NavigableSet<TimerEntry<String>> rested = new TreeSet<>();
    /** By these the ceilings of all items were found. */
    private AccessPolicy policy;

    private int underWay;

    /**
     * @param backoffs which devices are left alone, as it is at the moment
     * @param access the rules as they are at the moment, which say what calls count towards
     * @param mostHeld how many waiting requests are held in memory, see {@link QueueCapacity}
     */
    public FairScheduler(
            Backlog backlog,
            ParkedDeviceStore parked,
            DeviceBackoffs backoffs,
            Supplier<AccessPolicy> access,
            int mostHeld) {
        this.backlog = backlog;
        this.parked = new ParkedDeviceQueues(parked, backoffs);
        this.backoffs = backoffs;
        this.access = access;
        this.room = new QueueCapacity(mostHeld);
        this.policy = access.get();
        for (Priority priority : Priority.values()) {
            priorities.put(priority, new RoundRobinQueue());
        }
    }

    @Override
    public void put(LedgerEntry entry, long nowMs) {
        Optional<QueuedRequest> old = items.find(entry.key());
        if (!entry.isOpen()) {
            old.ifPresent(was -> ends(was, nowMs));
            return;
        }
        QueuedRequest item = QueuedRequest.of(entry, policy);
        if (!item.waits()) {
            begins(old, item, nowMs);
            if (entry.phase() == RequestPhase.CLAIMING) {
                priorities.get(item.priority()).served(item.requester());
            }
        } else if (old.isPresent() || !standsBehind(item)) {
            waits(old, item, nowMs);
        }
    }

    private void ends(QueuedRequest was, long nowMs) {
        DeviceQueues device = devices.get(was.deviceId());
        if (was.waits()) {
            advance(device, was, nowMs);
            updateTurn(was.deviceId(), nowMs);
        } else {
            end(device, was);
            updateTurn(was.deviceId(), nowMs);
            endBackoff(was.deviceId(), nowMs);
            makeWay(was.deviceId(), nowMs);
        }
    }

    private void begins(Optional<QueuedRequest> old, QueuedRequest item, long nowMs) {
        DeviceQueues device = device(item.deviceId(), item.queue());
        old.filter(QueuedRequest::waits).ifPresent(was -> advance(device, was, nowMs));
        underWay += items.add(item, nowMs).filter(was -> !was.waits()).isPresent() ? 0 : 1;
        device.begin(item);
        updateTurn(item.deviceId(), nowMs);
    }

    private void waits(Optional<QueuedRequest> old, QueuedRequest item, long nowMs) {
        DeviceQueues device = device(item.deviceId(), item.queue());
        old.filter(was -> !was.waits()).ifPresent(was -> end(device, was));
        if (device.holdsAny()) {
            boolean opens = device.first(item.position().line()).isEmpty();
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
        updateTurn(item.deviceId(), nowMs);
        if (old.isPresent()) {
            endBackoff(item.deviceId(), nowMs);
            makeWay(item.deviceId(), nowMs);
        }
    }

    /** Most requests that come stand behind others, and are left to the backlog. */
    private boolean standsBehind(QueuedRequest item) {
        Optional<DeviceQueues> device = Optional.ofNullable(devices.get(item.deviceId()));
        boolean behind = device.flatMap(line -> line.first(item.position().line()))
                .filter(head -> head.position().compareTo(item.position()) < 0)
                .isPresent();
        if (behind) {
            device.get().leftBehind(item);
        }
        return behind;
    }

    private DeviceQueues device(String deviceId, QueueKey guestOf) {
        return devices.computeIfAbsent(deviceId, none -> {
            DeviceQueues device = new DeviceQueues(backoffs.untilMs(deviceId), guestOf);
            device.backOff().ifPresent(untilMs -> rested.add(new TimerEntry<>(untilMs, deviceId)));
            return device;
        });
    }

    @Override
    public List<Permit> wanted(long nowMs) {
        reclassify(nowMs);
        fireTimers(nowMs);
        admit(nowMs);
        return priorities.values().stream()
                .flatMap(turns -> turns.permits().stream())
                .toList();
    }

    @Override
    public Optional<Turn> next(Permit permit, long nowMs) {
        fireTimers(nowMs);
        return priorities.get(permit.priority()).next(permit).map(turn -> {
            QueuedRequest item = callable(turn.deviceId(), nowMs).get(new TurnKey(permit, turn.requester()));
            return new Turn(item.key(), item.position(), permit, turn.sinceMs());
        });
    }

    /** Once the rules have changed, those who wait count towards the ceilings of the new ones. */
    private void reclassify(long nowMs) {
        AccessPolicy before = policy;
        policy = access.get();
        if (!before.equals(policy) && (before.haveCeilings() || policy.haveCeilings())) {
            items.waiting().stream()
                    .sorted(Comparator.comparingLong(item -> item.position().sequence()))
                    .map(QueuedRequest::key)
                    .map(backlog::find)
                    .flatMap(Optional::stream)
                    .forEach(entry -> put(entry, nowMs));
        }
    }

    /** Those that rested and are due have a turn again. */
    private void fireTimers(long nowMs) {
        while (!rested.isEmpty() && rested.first().atMs() <= nowMs) {
            updateTurn(rested.pollFirst().of(), nowMs);
        }
        for (Optional<QueuedRequest> item = items.nextDue(nowMs); item.isPresent(); item = items.nextDue(nowMs)) {
            updateTurn(item.get().deviceId(), nowMs);
        }
    }

    /** Devices that are parked take the room there is. */
    private void admit(long nowMs) {
        if (parked.isEmpty()) {
            return;
        }
        int looked = 0;
        for (QueueKey queue : parked.queues(nowMs)) {
            while (looked < MAX_ADMITTED && parked.isAwaited(queue) && hasRoom(queue, nowMs)) {
                looked++;
                parked.next(queue).ifPresent(device -> unpark(device, queue, nowMs));
            }
        }
    }

    @Override
    public Optional<RequestKey> nextTimer(long nowMs) {
        return items.nextTimer(nowMs).map(QueuedRequest::key);
    }

    @Override
    public void backoffChanged(String deviceId, long nowMs) {
        DeviceQueues device = devices.get(deviceId);
        if (device != null) {
            dropBackoff(deviceId, device);
            device.backsOffUntil(backoffs.untilMs(deviceId));
            device.backOff().ifPresent(untilMs -> rested.add(new TimerEntry<>(untilMs, deviceId)));
            updateTurn(deviceId, nowMs);
        }
        if (backoffs.untilMs(deviceId).isEmpty()) {
            endBackoff(deviceId, nowMs);
        }
    }

    /** What a parked device waited for is over: a call of it, or its rest. */
    private void endBackoff(String deviceId, long nowMs) {
        if (parked.holds(deviceId)) {
            Stream<QueuedRequest> firsts = parked.lines(deviceId).stream()
                    .flatMap(first -> backlog.waiting(first, 1).stream())
                    .map(entry -> QueuedRequest.of(entry, policy));
            parked.unpark(deviceId, firsts, nowMs);
        }
    }

    private void dropBackoff(String deviceId, DeviceQueues device) {
        device.backOff().ifPresent(untilMs -> rested.remove(new TimerEntry<>(untilMs, deviceId)));
    }

    @Override
    public List<QueuePosition> polls(String deviceId) {
        DeviceQueues device = devices.get(deviceId);
        Stream<QueuePosition> underWay = device == null
                ? Stream.empty()
                : device.underWay().map(items::find).flatMap(Optional::stream).map(QueuedRequest::position);
        Stream<QueuePosition> waiting =
                (device != null && device.holdsAny() ? device.lines() : parked.lines(deviceId)).stream();
        return Stream.concat(underWay, waiting)
                .filter(QueuePosition::isPoll)
                .collect(Collectors.toMap(
                        QueuePosition::line, position -> position, BinaryOperator.minBy(QueuePosition::compareTo)))
                .values()
                .stream()
                .toList();
    }

    @Override
    public int inProgress() {
        return underWay;
    }

    /** How many requests are held in memory. */
    int held() {
        return items.size();
    }

    private void end(DeviceQueues device, QueuedRequest item) {
        items.remove(item);
        underWay--;
        device.end(item);
    }

    /** One that stands behind the first of its line is left to the backlog. */
    private void queue(DeviceQueues device, QueuedRequest item, long nowMs) {
        Optional<QueuedRequest> first = device.first(item.position().line());
        Optional<QueuedRequest> other = first.filter(head -> !head.key().equals(item.key()));
        if (other.isPresent() == first.isPresent() && device.stepsAside(item, nowMs)) {
            Optional<QueuedRequest> old = items.find(item.key());
            if (!old.equals(Optional.of(item))) {
                enter(device, item, nowMs);
                device.stepAside(item);
                old.filter(QueuedRequest::waits).ifPresent(was -> removeHead(device, was));
            }
        } else if (other.filter(head -> head.position().compareTo(item.position()) < 0)
                .isPresent()) {
            device.leftBehind(item);
        } else if (!first.equals(Optional.of(item))) {
            other.ifPresent(device::leftBehind);
            setHead(device, item, nowMs);
            first.ifPresent(was -> removeHead(device, was));
        }
    }

    /** One that was first in its line, or stood aside, has left it. */
    private void advance(DeviceQueues device, QueuedRequest item, long nowMs) {
        QueuePosition.Line line = item.position().line();
        if (!device.leavesAside(item)) {
            device.behind(line)
                    .ifPresentOrElse(
                            behind -> follow(device, behind, item.position().next(), nowMs),
                            () -> device.emptied(line));
        }
        removeHead(device, item);
    }

    /** The next one that waits leads the line; polls that are not due yet step aside for it. */
    private void follow(DeviceQueues device, Lookahead behind, QueuePosition from, long nowMs) {
        QueuePosition position = from;
        for (Optional<LedgerEntry> next = follower(behind, position);
                next.isPresent();
                next = follower(behind, position)) {
            QueuedRequest item = QueuedRequest.of(next.get(), policy);
            position = item.position().next();
            boolean isAside = items.find(item.key()).isPresent();
            if (!isAside && !device.stepsAside(item, nowMs)) {
                setHead(device, item, nowMs);
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
    private Optional<LedgerEntry> follower(Lookahead behind, QueuePosition from) {
        for (Optional<QueuePosition> next = behind.next(); next.isPresent(); next = behind.next()) {
            Optional<LedgerEntry> entry = backlog.at(next.get()).filter(found -> found.phase() == RequestPhase.READY);
            if (entry.isPresent()) {
                return entry;
            }
        }
        if (!behind.areOthers()) {
            return Optional.empty();
        }
        // Looked for together with the few behind it, so that those need not be.
        List<LedgerEntry> others = backlog.waiting(from, 1 + Lookahead.FEW);
        behind.refill(others.stream().skip(1).map(QueuePosition::of).toList());
        return others.stream().findFirst();
    }

    private void setHead(DeviceQueues device, QueuedRequest item, long nowMs) {
        enter(device, item, nowMs);
        device.setHead(item);
    }

    private void enter(DeviceQueues device, QueuedRequest item, long nowMs) {
        items.add(item, nowMs);
        priorities.get(item.priority()).waits(item.requester());
        room.take(device.guestOf());
    }

    private void removeHead(DeviceQueues device, QueuedRequest item) {
        items.remove(item);
        priorities.get(item.priority()).waitsNoMore(item.requester());
        room.give(device.guestOf());
    }

    private void updateTurn(String deviceId, long nowMs) {
        DeviceQueues device = devices.get(deviceId);
        if (device == null) {
            return;
        }
        Set<TurnKey> seats = callable(deviceId, nowMs).keySet();
        for (TurnKey seat : device.seats()) {
            if (!seats.contains(seat)) {
                turns(seat).remove(seat, deviceId);
            }
        }
        seats.forEach(seat -> turns(seat).add(seat, deviceId, nowMs));
        device.sitsAt(seats);
        if (!seats.isEmpty() && seats.stream().map(TurnKey::queue).noneMatch(device.guestOf()::equals)) {
            takeRoomOf(device, seats.iterator().next().queue());
        }
        room.idle(deviceId, seats.isEmpty() && device.holdsAny());
        if (device.isEmpty()) {
            dropBackoff(deviceId, device);
            devices.remove(deviceId);
        }
    }

    /** Nobody's room is taken on behalf of others. */
    private void takeRoomOf(DeviceQueues device, QueueKey queue) {
        device.waiting().forEach(item -> {
            room.give(device.guestOf());
            room.take(queue);
        });
        device.becomesGuestOf(queue);
    }

    private RoundRobinQueue turns(TurnKey seat) {
        return priorities.get(seat.permit().priority());
    }

    /** Nobody of a device that rests; of one that is to be tried, those of its highest priority. */
    private Map<TurnKey, QueuedRequest> callable(String deviceId, long nowMs) {
        DeviceQueues device = devices.get(deviceId);
        Map<TurnKey, QueuedRequest> all = device.callable(nowMs);
        return device.backOff().isEmpty() || all.isEmpty() || device.backOff().getAsLong() <= nowMs && all.size() == 1
                ? all
                : device.backOff().getAsLong() > nowMs ? Map.of() : ofHighestPriority(all);
    }

    private static Map<TurnKey, QueuedRequest> ofHighestPriority(Map<TurnKey, QueuedRequest> all) {
        Priority best = Collections.min(all.values(), Comparator.comparing(QueuedRequest::priority))
                .priority();
        return all.entrySet().stream()
                .filter(seat -> seat.getValue().priority() == best)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private boolean hasRoom(QueueKey queue, long nowMs) {
        return room.isFor(queue) || evict(nowMs);
    }

    /** Nobody enters before those that have waited longer for it, nor has another leave before it is due itself. */
    private boolean mayEnter(DeviceQueues device, QueuedRequest item, long nowMs) {
        boolean isDue = Math.max(item.dueMs(), device.backOff().orElse(0)) <= nowMs;
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
        DeviceQueues device = devices.get(deviceId);
        if (device != null && device.seats().stream().map(TurnKey::queue).anyMatch(parked::isAwaited)) {
            park(deviceId, nowMs);
        }
    }

    private void park(String deviceId, long nowMs) {
        // Somebody may have become due since it was looked at.
        updateTurn(deviceId, nowMs);
        DeviceQueues device = devices.get(deviceId);
        parked.park(deviceId, device, nowMs);
        device.seats().forEach(seat -> turns(seat).remove(seat, deviceId));
        device.sitsAt(Set.of());
        List<QueuedRequest> waiting = device.waiting();
        device.forget();
        waiting.forEach(item -> removeHead(device, item));
        updateTurn(deviceId, nowMs);
    }

    private void unpark(String deviceId, QueueKey guestOf, long nowMs) {
        List<QueuePosition> lines = parked.take(deviceId);
        DeviceQueues device = device(deviceId, guestOf);
        device.becomesGuestOf(guestOf);
        lines.forEach(first -> follow(device, device.unknown(first.line()), first, nowMs));
        updateTurn(deviceId, nowMs);
    }
}
