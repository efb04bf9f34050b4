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
import io.fleetcommand.processor.core.ports.QuotaClass;
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
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Schedules the calls of one task: one call at a time per device. Within a priority the requesters are served
 * round-robin, and so are the devices of each requester. A device that backs off or answers slowly is not among the
 * runnable ones, and so delays no other.
 *
 * <p>Memory holds the requests in progress and, for as many devices as {@link QueueCapacity} allows, the head of each
 * queue and the positions of the next few requests; all other requests are in the backlog. So memory is bounded,
 * whatever the number of devices and requesters. Devices that do not fit are parked, and take turns with those that do.
 * Confined to the task's stream thread.
 */
public final class FairScheduler implements CallScheduler {
    /** How many parked devices are taken into memory at once. */
    private static final int MAX_ADMITTED = 64;

    private final Backlog backlog;
    private final ParkedDeviceQueues parked;
    private final DeviceBackoffs backoffs;
    private final Supplier<AccessPolicy> currentPolicy;
    private final QueueCapacity capacity;
    private final QueuedRequests items = new QueuedRequests();
    private final Map<String, DeviceQueues> devices = new HashMap<>();
    private final Map<Priority, RoundRobinQueue> priorities = new EnumMap<>(Priority.class);
    /** The ends of the back-offs of devices in memory. */
    private final NavigableSet<TimerEntry<String>> backoffTimers = new TreeSet<>();
    /** The policy version from which the rate caps in {@code items} were computed. */
    private AccessPolicy policy;

    /**
     * @param backoffs the devices that back off at the moment
     * @param currentPolicy the policy in force at the moment, which tells the rate cap that a call counts towards
     * @param maxHeld how many waiting requests are held in memory, see {@link QueueCapacity}
     */
    public FairScheduler(
            Backlog backlog,
            ParkedDeviceStore parked,
            DeviceBackoffs backoffs,
            Supplier<AccessPolicy> currentPolicy,
            int maxHeld) {
        this.backlog = backlog;
        this.parked = new ParkedDeviceQueues(parked, backoffs);
        this.backoffs = backoffs;
        this.currentPolicy = currentPolicy;
        this.capacity = new QueueCapacity(maxHeld);
        this.policy = currentPolicy.get();
        for (Priority priority : Priority.values()) {
            priorities.put(priority, new RoundRobinQueue());
        }
    }

    @Override
    public void put(LedgerEntry entry, long nowMs) {
        Optional<QueuedRequest> old = items.find(entry.key());
        if (!entry.isOpen()) {
            old.ifPresent(was -> onFinal(was, nowMs));
            return;
        }
        QueuedRequest item = QueuedRequest.of(entry, policy);
        if (!item.waits()) {
            onInProgress(old, item, nowMs);
            if (entry.phase() == RequestPhase.CLAIMING) {
                priorities.get(item.priority()).served(item.requester());
            }
        } else if (old.isPresent() || !leaveToBacklog(item)) {
            onWaiting(old, item, nowMs);
        }
    }

    private void onFinal(QueuedRequest was, long nowMs) {
        DeviceQueues device = devices.get(was.deviceId());
        if (was.waits()) {
            removeFromQueue(device, was, nowMs);
            updateTurn(was.deviceId(), nowMs);
        } else {
            end(device, was);
            updateTurn(was.deviceId(), nowMs);
            requeueParked(was.deviceId(), nowMs);
            yieldMemory(was.deviceId(), nowMs);
        }
    }

    private void onInProgress(Optional<QueuedRequest> old, QueuedRequest item, long nowMs) {
        DeviceQueues device = device(item.deviceId(), item.queue());
        old.filter(QueuedRequest::waits).ifPresent(was -> removeFromQueue(device, was, nowMs));
        items.add(item, nowMs);
        device.begin(item);
        updateTurn(item.deviceId(), nowMs);
    }

    private void onWaiting(Optional<QueuedRequest> old, QueuedRequest item, long nowMs) {
        DeviceQueues device = device(item.deviceId(), item.queue());
        old.filter(was -> !was.waits()).ifPresent(was -> end(device, was));
        if (device.hasWaiting()) {
            boolean startsQueue = device.head(item.position().line()).isEmpty();
            if (old.isEmpty() && startsQueue && !makeRoom(device.chargedTo(), nowMs)) {
                park(item.deviceId(), nowMs);
            }
        }
        if (device.hasWaiting()) {
            enqueue(device, item, nowMs);
        } else if (!parked.holds(item.deviceId()) && canAdmit(device, item, nowMs)) {
            device.chargeTo(item.queue());
            enqueue(device, item, nowMs);
        } else {
            parked.add(item, nowMs);
        }
        updateTurn(item.deviceId(), nowMs);
        if (old.isPresent()) {
            requeueParked(item.deviceId(), nowMs);
            yieldMemory(item.deviceId(), nowMs);
        }
    }

    /**
     * Leaves a new request to the backlog if it is behind the head of its queue, as most are.
     *
     * @return whether it was left there
     */
    private boolean leaveToBacklog(QueuedRequest item) {
        Optional<DeviceQueues> device = Optional.ofNullable(devices.get(item.deviceId()));
        boolean isBehind = device.flatMap(queues -> queues.head(item.position().line()))
                .filter(head -> head.position().compareTo(item.position()) < 0)
                .isPresent();
        if (isBehind) {
            device.get().addBehindHead(item);
        }
        return isBehind;
    }

    private DeviceQueues device(String deviceId, QueueKey chargedTo) {
        return devices.computeIfAbsent(deviceId, none -> {
            DeviceQueues device = new DeviceQueues(backoffs.untilMs(deviceId), chargedTo);
            device.backOffUntilMs().ifPresent(untilMs -> backoffTimers.add(new TimerEntry<>(untilMs, deviceId)));
            return device;
        });
    }

    @Override
    public Optional<Turn> next(Function<List<QuotaClass>, Optional<Permit>> reserve, long nowMs) {
        reclassify(nowMs);
        fireTimers(nowMs);
        admit(nowMs);
        List<QuotaClass> wanted = priorities.values().stream()
                .flatMap(queue -> queue.quotaClasses().stream())
                .toList();
        return reserve.apply(wanted).map(permit -> turn(permit, nowMs));
    }

    private Turn turn(Permit permit, long nowMs) {
        RoundRobinQueue.Turn next = priorities.get(permit.priority()).next(permit.quotaClass());
        QueuedRequest item = callable(next.deviceId(), nowMs).get(new TurnKey(permit.quotaClass(), next.requester()));
        return new Turn(item.key(), item.position(), permit, next.sinceMs());
    }

    /** Once the policy has changed, recomputes the rate caps that waiting requests count towards. */
    private void reclassify(long nowMs) {
        AccessPolicy before = policy;
        policy = currentPolicy.get();
        if (!before.equals(policy) && (before.hasRateCaps() || policy.hasRateCaps())) {
            items.waiting().stream()
                    .sorted(Comparator.comparingLong(item -> item.position().sequence()))
                    .map(QueuedRequest::key)
                    .map(backlog::find)
                    .flatMap(Optional::stream)
                    .forEach(entry -> put(entry, nowMs));
        }
    }

    /** Makes devices runnable whose back-off has ended or of which a request has become due. */
    private void fireTimers(long nowMs) {
        while (!backoffTimers.isEmpty() && backoffTimers.first().atMs() <= nowMs) {
            updateTurn(backoffTimers.pollFirst().key(), nowMs);
        }
        for (Optional<QueuedRequest> item = items.nextDue(nowMs); item.isPresent(); item = items.nextDue(nowMs)) {
            updateTurn(item.get().deviceId(), nowMs);
        }
    }

    /** Takes parked devices into memory as far as there is capacity. */
    private void admit(long nowMs) {
        if (parked.isEmpty()) {
            return;
        }
        int count = 0;
        for (QueueKey queue : parked.queues(nowMs)) {
            while (count < MAX_ADMITTED && parked.hasWaiters(queue) && makeRoom(queue, nowMs)) {
                count++;
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
            device.setBackOffUntil(backoffs.untilMs(deviceId));
            device.backOffUntilMs().ifPresent(untilMs -> backoffTimers.add(new TimerEntry<>(untilMs, deviceId)));
            updateTurn(deviceId, nowMs);
        }
        if (backoffs.untilMs(deviceId).isEmpty()) {
            requeueParked(deviceId, nowMs);
        }
    }

    /** Queues a parked device for memory again once its call or its back-off has ended. */
    private void requeueParked(String deviceId, long nowMs) {
        if (parked.holds(deviceId)) {
            Stream<QueuedRequest> heads = parked.lines(deviceId).stream()
                    .flatMap(first -> backlog.waiting(first, 1).stream())
                    .map(entry -> QueuedRequest.of(entry, policy));
            parked.enqueueDue(deviceId, heads, nowMs);
        }
    }

    private void dropBackoff(String deviceId, DeviceQueues device) {
        device.backOffUntilMs().ifPresent(untilMs -> backoffTimers.remove(new TimerEntry<>(untilMs, deviceId)));
    }

    @Override
    public List<QueuePosition> polls(String deviceId) {
        DeviceQueues device = devices.get(deviceId);
        Stream<QueuePosition> inProgress = device == null
                ? Stream.empty()
                : device.inProgress().map(items::find).flatMap(Optional::stream).map(QueuedRequest::position);
        Stream<QueuePosition> waiting =
                (device != null && device.hasWaiting() ? device.queueStarts() : parked.lines(deviceId)).stream();
        return Stream.concat(inProgress, waiting)
                .filter(QueuePosition::isPoll)
                .collect(Collectors.toMap(
                        QueuePosition::line, position -> position, BinaryOperator.minBy(QueuePosition::compareTo)))
                .values()
                .stream()
                .toList();
    }

    @Override
    public int inProgress() {
        return items.inProgress();
    }

    /** How many requests are held in memory, those in progress included. */
    int held() {
        return items.size();
    }

    private void end(DeviceQueues device, QueuedRequest item) {
        items.remove(item);
        device.end(item);
    }

    /** Places a waiting request in its device's queue; one behind the head is left to the backlog. */
    private void enqueue(DeviceQueues device, QueuedRequest item, long nowMs) {
        Optional<QueuedRequest> first = device.head(item.position().line());
        Optional<QueuedRequest> other = first.filter(head -> !head.key().equals(item.key()));
        if (other.isPresent() == first.isPresent() && device.canDefer(item, nowMs)) {
            Optional<QueuedRequest> old = items.find(item.key());
            if (!old.equals(Optional.of(item))) {
                addToMemory(device, item, nowMs);
                device.defer(item);
                old.filter(QueuedRequest::waits).ifPresent(was -> removeFromMemory(device, was));
            }
        } else if (other.filter(head -> head.position().compareTo(item.position()) < 0)
                .isPresent()) {
            device.addBehindHead(item);
        } else if (!first.equals(Optional.of(item))) {
            other.ifPresent(device::addBehindHead);
            setHead(device, item, nowMs);
            first.ifPresent(was -> removeFromMemory(device, was));
        }
    }

    /** Takes a head or a deferred poll out of its queue; the next waiting request becomes the head. */
    private void removeFromQueue(DeviceQueues device, QueuedRequest item, long nowMs) {
        QueuePosition.Line line = item.position().line();
        if (!device.endDeferral(item)) {
            device.lookahead(line)
                    .ifPresentOrElse(
                            lookahead -> promoteNext(
                                    device, lookahead, item.position().next(), nowMs),
                            () -> device.removeQueue(line));
        }
        removeFromMemory(device, item);
    }

    /** Makes the next waiting request the head of the queue; polls that are not due yet are deferred on the way. */
    private void promoteNext(DeviceQueues device, Lookahead lookahead, QueuePosition from, long nowMs) {
        QueuePosition position = from;
        for (Optional<LedgerEntry> next = nextWaiting(lookahead, position);
                next.isPresent();
                next = nextWaiting(lookahead, position)) {
            QueuedRequest item = QueuedRequest.of(next.get(), policy);
            position = item.position().next();
            boolean isDeferred = items.find(item.key()).isPresent();
            if (!isDeferred && !device.canDefer(item, nowMs)) {
                setHead(device, item, nowMs);
                return;
            }
            if (!isDeferred) {
                addToMemory(device, item, nowMs);
                device.defer(item);
            }
        }
        device.removeQueue(from.line());
    }

    /** The next waiting request, from the lookahead or else from the backlog at or after a position. */
    private Optional<LedgerEntry> nextWaiting(Lookahead lookahead, QueuePosition from) {
        for (Optional<QueuePosition> next = lookahead.next(); next.isPresent(); next = lookahead.next()) {
            Optional<LedgerEntry> entry = backlog.at(next.get()).filter(found -> found.phase() == RequestPhase.READY);
            if (entry.isPresent()) {
                return entry;
            }
        }
        if (!lookahead.hasMore()) {
            return Optional.empty();
        }
        // Reads the few behind it in the same scan, so that they need no scan of their own.
        List<LedgerEntry> others = backlog.waiting(from, 1 + Lookahead.MAX_POSITIONS);
        lookahead.refill(others.stream().skip(1).map(QueuePosition::of).toList());
        return others.stream().findFirst();
    }

    private void setHead(DeviceQueues device, QueuedRequest item, long nowMs) {
        addToMemory(device, item, nowMs);
        device.setHead(item);
    }

    private void addToMemory(DeviceQueues device, QueuedRequest item, long nowMs) {
        items.add(item, nowMs);
        priorities.get(item.priority()).addWaiting(item.requester());
        capacity.acquire(device.chargedTo());
    }

    private void removeFromMemory(DeviceQueues device, QueuedRequest item) {
        items.remove(item);
        priorities.get(item.priority()).removeWaiting(item.requester());
        capacity.release(device.chargedTo());
    }

    private void updateTurn(String deviceId, long nowMs) {
        DeviceQueues device = devices.get(deviceId);
        if (device == null) {
            return;
        }
        Set<TurnKey> turnKeys = callable(deviceId, nowMs).keySet();
        for (TurnKey turnKey : device.turnKeys()) {
            if (!turnKeys.contains(turnKey)) {
                roundRobin(turnKey).remove(turnKey, deviceId);
            }
        }
        turnKeys.forEach(turnKey -> roundRobin(turnKey).add(turnKey, deviceId, nowMs));
        device.setTurnKeys(turnKeys);
        if (!turnKeys.isEmpty() && turnKeys.stream().map(TurnKey::queue).noneMatch(device.chargedTo()::equals)) {
            chargeTo(device, turnKeys.iterator().next().queue());
        }
        capacity.setIdle(deviceId, turnKeys.isEmpty() && device.hasWaiting());
        if (device.isEmpty()) {
            dropBackoff(deviceId, device);
            devices.remove(deviceId);
        }
    }

    /** Moves a device's usage to the capacity of another queue: one for which it can be called. */
    private void chargeTo(DeviceQueues device, QueueKey queue) {
        device.waiting().forEach(item -> {
            capacity.release(device.chargedTo());
            capacity.acquire(queue);
        });
        device.chargeTo(queue);
    }

    private RoundRobinQueue roundRobin(TurnKey turnKey) {
        return priorities.get(turnKey.quotaClass().priority());
    }

    /**
     * The device's requests that may be called now: none while it backs off; after the back-off only those of its
     * highest priority, until the device has answered.
     */
    private Map<TurnKey, QueuedRequest> callable(String deviceId, long nowMs) {
        DeviceQueues device = devices.get(deviceId);
        Map<TurnKey, QueuedRequest> all = device.callable(nowMs);
        return device.backOffUntilMs().isEmpty()
                        || all.isEmpty()
                        || device.backOffUntilMs().getAsLong() <= nowMs && all.size() == 1
                ? all
                : device.backOffUntilMs().getAsLong() > nowMs ? Map.of() : ofHighestPriority(all);
    }

    private static Map<TurnKey, QueuedRequest> ofHighestPriority(Map<TurnKey, QueuedRequest> all) {
        Priority best = Collections.min(all.values(), Comparator.comparing(QueuedRequest::priority))
                .priority();
        return all.entrySet().stream()
                .filter(turnKey -> turnKey.getValue().priority() == best)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private boolean makeRoom(QueueKey queue, long nowMs) {
        return capacity.hasRoom(queue) || evictIdle(nowMs);
    }

    /**
     * Whether a device may be taken into memory: not before devices that have waited longer for it, and not by evicting
     * another while its own request is not due.
     */
    private boolean canAdmit(DeviceQueues device, QueuedRequest item, long nowMs) {
        boolean isDue = Math.max(item.dueMs(), device.backOffUntilMs().orElse(0)) <= nowMs;
        return !parked.hasWaiters(item.queue())
                && (isDue ? makeRoom(item.queue(), nowMs) : capacity.hasRoom(item.queue()));
    }

    /**
     * Parks a device that has no request to call at present.
     *
     * @return false if there is none
     */
    private boolean evictIdle(long nowMs) {
        Optional<String> device = capacity.longestIdle();
        device.ifPresent(deviceId -> park(deviceId, nowMs));
        return device.isPresent();
    }

    /** Parks a device that has had its turn if other devices wait for memory. */
    private void yieldMemory(String deviceId, long nowMs) {
        DeviceQueues device = devices.get(deviceId);
        if (device != null && device.turnKeys().stream().map(TurnKey::queue).anyMatch(parked::hasWaiters)) {
            park(deviceId, nowMs);
        }
    }

    private void park(String deviceId, long nowMs) {
        // A request may have become due since the last update.
        updateTurn(deviceId, nowMs);
        DeviceQueues device = devices.get(deviceId);
        parked.park(deviceId, device, nowMs);
        device.turnKeys().forEach(turnKey -> roundRobin(turnKey).remove(turnKey, deviceId));
        device.setTurnKeys(Set.of());
        List<QueuedRequest> waiting = device.waiting();
        device.clearWaiting();
        waiting.forEach(item -> removeFromMemory(device, item));
        updateTurn(deviceId, nowMs);
    }

    private void unpark(String deviceId, QueueKey chargedTo, long nowMs) {
        List<QueuePosition> starts = parked.unpark(deviceId);
        DeviceQueues device = device(deviceId, chargedTo);
        device.chargeTo(chargedTo);
        starts.forEach(first -> promoteNext(device, device.newLookahead(first.line()), first, nowMs));
        updateTurn(deviceId, nowMs);
    }
}
