package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.ports.Backlog;
import io.fleetcommand.processor.core.ports.CallScheduler;
import io.fleetcommand.processor.core.ports.DeviceBackoffs;
import io.fleetcommand.processor.core.ports.ParkedDeviceStore;
import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
    /** How many requests are dropped in one search for a turn since their deadline has passed. */
    private static final int MAX_OVERDUE = 100;

    private final Backlog backlog;
    private final RequestClassifier classifier;
    private final QueuedRequests items = new QueuedRequests();
    private final RunnableDevices runnable = new RunnableDevices();
    private final BackoffTimers backoffs;
    private final QueueLoader queues;
    private final ActiveDevices active;
    private final ParkedDeviceQueues parked;
    private final DeviceParking parking;

    /**
     * @param deviceBackoffs the back-offs of all devices, in memory or not
     * @param currentPolicy the policy in force at the moment, which tells the rate cap that a call counts towards
     * @param maxHeld how many waiting requests are held in memory, see {@link QueueCapacity}
     */
    public FairScheduler(
            Backlog backlog,
            ParkedDeviceStore parkedDevices,
            DeviceBackoffs deviceBackoffs,
            Supplier<AccessPolicy> currentPolicy,
            int maxHeld) {
        QueueCapacity capacity = new QueueCapacity(maxHeld);
        this.backlog = backlog;
        this.classifier = new RequestClassifier(currentPolicy);
        this.backoffs = new BackoffTimers(deviceBackoffs);
        this.queues = new QueueLoader(backlog, classifier, items, capacity, runnable);
        this.active = new ActiveDevices(items, queues, capacity, backoffs, runnable);
        this.parked = new ParkedDeviceQueues(parkedDevices);
        this.parking = new DeviceParking(backlog, classifier, parked, active, capacity, backoffs);
    }

    @Override
    public void put(LedgerEntry entry, long nowMs) {
        Optional<QueuedRequest> old = items.find(entry.key());
        if (!entry.isOpen()) {
            old.ifPresent(was -> onFinal(was, nowMs));
            return;
        }
        QueuedRequest item = classifier.classify(entry);
        if (item.isOverdue(nowMs)) {
            old.ifPresent(was -> onFinal(was, nowMs));
        } else if (!item.waits()) {
            onInProgress(old, item, nowMs);
            if (entry.phase() == RequestPhase.CLAIMING) {
                runnable.served(item);
            }
        } else if (old.isPresent() || !leaveToBacklog(item)) {
            onWaiting(old, item, nowMs);
        }
    }

    private void onFinal(QueuedRequest was, long nowMs) {
        DeviceQueues device = active.find(was.deviceId()).orElseThrow();
        if (was.waits()) {
            queues.remove(device, was, nowMs);
            active.updateTurns(was.deviceId(), nowMs);
        } else {
            active.end(device, was);
            active.updateTurns(was.deviceId(), nowMs);
            parking.turnEnded(was.deviceId(), nowMs);
        }
    }

    private void onInProgress(Optional<QueuedRequest> old, QueuedRequest item, long nowMs) {
        DeviceQueues device = active.findOrAdd(item.deviceId(), item.queue());
        old.filter(QueuedRequest::waits).ifPresent(was -> queues.remove(device, was, nowMs));
        active.begin(device, item, nowMs);
        active.updateTurns(item.deviceId(), nowMs);
    }

    private void onWaiting(Optional<QueuedRequest> old, QueuedRequest item, long nowMs) {
        DeviceQueues device = active.findOrAdd(item.deviceId(), item.queue());
        long earliestMs = backoffs.earliestMs(item);
        old.filter(was -> !was.waits()).ifPresent(was -> active.end(device, was));
        if (old.isEmpty() && startsQueue(device, item) && !parking.makeRoom(device.chargedTo(), nowMs)) {
            parking.park(item.deviceId(), nowMs);
        }
        if (device.hasWaiting()) {
            queues.add(device, item, nowMs);
        } else if (!parked.holds(item.deviceId()) && parking.canAdmit(item, earliestMs, nowMs)) {
            device.chargeTo(item.queue());
            queues.add(device, item, nowMs);
        } else {
            parked.add(item, earliestMs, nowMs);
        }
        active.updateTurns(item.deviceId(), nowMs);
        if (old.isPresent()) {
            parking.turnEnded(item.deviceId(), nowMs);
        }
    }

    /** Whether a request is the first of its queue at a device of which others wait in memory. */
    private static boolean startsQueue(DeviceQueues device, QueuedRequest item) {
        return device.hasWaiting() && device.head(item.position().line()).isEmpty();
    }

    /**
     * Leaves a new request to the backlog if it is behind the head of its queue, as most are.
     *
     * @return whether it was left there
     */
    private boolean leaveToBacklog(QueuedRequest item) {
        Optional<DeviceQueues> device = active.find(item.deviceId());
        boolean isBehind = device.flatMap(found -> found.head(item.position().line()))
                .filter(head -> head.position().compareTo(item.position()) < 0)
                .isPresent();
        if (isBehind) {
            device.get().addBehindHead(item);
        }
        return isBehind;
    }

    @Override
    public Optional<Turn> next(Function<List<QuotaClass>, Optional<Permit>> reserve, long nowMs) {
        reclassify(nowMs);
        active.fireTimers(nowMs);
        parking.admit(nowMs);
        for (int overdue = 0; overdue < MAX_OVERDUE; overdue++) {
            Optional<Turn> turn = reserve.apply(runnable.quotaClasses()).map(permit -> active.turn(permit, nowMs));
            Optional<QueuedRequest> late =
                    turn.flatMap(next -> items.find(next.key())).filter(item -> item.isOverdue(nowMs));
            if (late.isEmpty()) {
                return turn;
            }
            turn.get().permit().release();
            onFinal(late.get(), nowMs);
        }
        return Optional.empty();
    }

    /** Once the policy has changed, recomputes the rate caps that waiting requests count towards. */
    private void reclassify(long nowMs) {
        if (classifier.refresh()) {
            items.waiting().stream()
                    .sorted(Comparator.comparingLong(item -> item.position().sequence()))
                    .map(QueuedRequest::key)
                    .map(backlog::find)
                    .flatMap(Optional::stream)
                    .forEach(entry -> put(entry, nowMs));
        }
    }

    @Override
    public Optional<RequestKey> nextTimer(long nowMs) {
        return items.nextTimer(nowMs).map(QueuedRequest::key);
    }

    @Override
    public void backOff(String deviceId, long untilMs, long nowMs) {
        active.backOff(deviceId, untilMs, nowMs);
    }

    @Override
    public void endBackoff(String deviceId, long nowMs) {
        active.endBackoff(deviceId, nowMs);
        parking.enqueueDue(deviceId, nowMs);
    }

    @Override
    public List<QueuePosition> polls(String deviceId) {
        Optional<DeviceQueues> device = active.find(deviceId);
        Stream<QueuePosition> inProgress = device.stream()
                .flatMap(DeviceQueues::inProgress)
                .map(items::find)
                .flatMap(Optional::stream)
                .map(QueuedRequest::position);
        Stream<QueuePosition> waiting = device
                .filter(DeviceQueues::hasWaiting)
                .map(DeviceQueues::queueStarts)
                .orElseGet(() -> parked.lines(deviceId))
                .stream();
        return Stream.concat(inProgress, waiting)
                .filter(QueuePosition::isPoll)
                .collect(Collectors.toMap(
                        QueuePosition::line, position -> position, BinaryOperator.minBy(QueuePosition::compareTo)))
                .values()
                .stream()
                .toList();
    }

    /** How many requests are held in memory, those in progress included. */
    int held() {
        return items.size();
    }
}
