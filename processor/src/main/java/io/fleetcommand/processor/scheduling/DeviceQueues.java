package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Requester;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The requests of one device: those in progress, and the head of each of its queues. While the head of a queue is not
 * due, the requests behind it wait, so commands of one priority run in reading order. Polls and commands do not wait
 * for each other, and a poll that is to be retried later is deferred so that the polls behind it may overtake it.
 * Confined to the task's stream thread.
 */
final class DeviceQueues {
    /** How many polls of a device may be deferred at a time; one more blocks its queue until it is due. */
    private static final int MAX_DEFERRED = 8;

    private final Map<QueuePosition.Line, QueuedRequest> heads = new HashMap<>();
    /** For each queue that has had a request behind its head since it was last empty. */
    private final Map<QueuePosition.Line, Lookahead> lookaheads = new HashMap<>();
    /** Polls that are not due yet and let the polls behind them overtake, by request. */
    private final Map<RequestKey, QueuedRequest> deferred = new HashMap<>();

    private final Set<RequestKey> calling = new HashSet<>();
    private final Set<RequestKey> terminating = new HashSet<>();
    /** The turns for which this device is runnable at present. */
    private Set<TurnKey> turnKeys = Set.of();
    /** The queue whose capacity this device uses while requests of it wait in memory. */
    private QueueKey chargedTo;

    /** @param chargedTo the queue whose capacity it is to use */
    DeviceQueues(QueueKey chargedTo) {
        this.chargedTo = chargedTo;
    }

    /** Identifies a turn: what the call counts towards, and the requester for which it is made. */
    record TurnKey(QuotaClass quotaClass, Requester requester) {
        static TurnKey of(QueuedRequest item) {
            return new TurnKey(item.quotaClass(), item.requester());
        }

        QueueKey queue() {
            return new QueueKey(quotaClass.priority(), requester);
        }
    }

    QueueKey chargedTo() {
        return chargedTo;
    }

    /**
     * Charges its requests to the capacity of another queue from now on. The caller moves the counts of requests that
     * wait already.
     */
    void chargeTo(QueueKey queue) {
        chargedTo = queue;
    }

    Optional<QueuedRequest> head(QueuePosition.Line line) {
        return Optional.ofNullable(heads.get(line));
    }

    void setHead(QueuedRequest item) {
        heads.put(item.position().line(), item);
    }

    void removeQueue(QueuePosition.Line line) {
        heads.remove(line);
        lookaheads.remove(line);
    }

    /** Records that a request waits behind the head of its queue. */
    void addBehindHead(QueuedRequest item) {
        lookaheads
                .computeIfAbsent(item.position().line(), none -> new Lookahead())
                .add(item.position());
    }

    /** The lookahead of a queue; empty if no request can be behind its head. */
    Optional<Lookahead> lookahead(QueuePosition.Line line) {
        return Optional.ofNullable(lookaheads.get(line));
    }

    /** Starts a lookahead for a queue whose requests only the backlog knows. */
    Lookahead newLookahead(QueuePosition.Line line) {
        Lookahead lookahead = Lookahead.unknown();
        lookaheads.put(line, lookahead);
        return lookahead;
    }

    /**
     * Whether a request is deferred, or may be: a poll that is not due yet, as long as not too many of the device are.
     */
    boolean canDefer(QueuedRequest item, long nowMs) {
        return deferred.containsKey(item.key())
                || item.position().isPoll() && item.dueAtMs() > nowMs && deferred.size() < MAX_DEFERRED;
    }

    void defer(QueuedRequest item) {
        deferred.put(item.key(), item);
    }

    /**
     * Ends the deferral of a request.
     *
     * @return whether it was deferred
     */
    boolean endDeferral(QueuedRequest item) {
        return deferred.remove(item.key()) != null;
    }

    void begin(QueuedRequest item) {
        (item.occupies() ? calling : terminating).add(item.key());
        (item.occupies() ? terminating : calling).remove(item.key());
    }

    void end(QueuedRequest item) {
        calling.remove(item.key());
        terminating.remove(item.key());
    }

    /** The requests that may be called now, one for each turn; none while a call is in progress. */
    Map<TurnKey, QueuedRequest> callable(long nowMs) {
        if (!calling.isEmpty()) {
            return Map.of();
        }
        Map<TurnKey, QueuedRequest> callable = new HashMap<>();
        nextCommands(nowMs).forEach(command -> addIfDue(callable, command, nowMs));
        for (QueuedRequest head : heads.values()) {
            if (head.position().isPoll()) {
                addIfDue(callable, head, nowMs);
            }
        }
        deferred.values().forEach(poll -> addIfDue(callable, poll, nowMs));
        return callable;
    }

    private static void addIfDue(Map<TurnKey, QueuedRequest> callable, QueuedRequest item, long nowMs) {
        if (item.dueAtMs() <= nowMs) {
            callable.merge(TurnKey.of(item), item, DeviceQueues::earlier);
        }
    }

    /**
     * The next command of each priority. A command with a not_before joins the others, in reading order, once that time
     * has come.
     */
    private Collection<QueuedRequest> nextCommands(long nowMs) {
        Map<Priority, QueuedRequest> next = new EnumMap<>(Priority.class);
        for (QueuedRequest head : heads.values()) {
            if (!head.position().isPoll() && head.position().rank() <= nowMs) {
                next.merge(head.priority(), head, DeviceQueues::earlier);
            }
        }
        return next.values();
    }

    private static QueuedRequest earlier(QueuedRequest one, QueuedRequest other) {
        return one.position().sequence() < other.position().sequence() ? one : other;
    }

    Set<TurnKey> turnKeys() {
        return turnKeys;
    }

    void setTurnKeys(Set<TurnKey> newKeys) {
        turnKeys = Set.copyOf(newKeys);
    }

    /** The waiting requests that are held in memory. */
    List<QueuedRequest> waiting() {
        return Stream.concat(heads.values().stream(), deferred.values().stream())
                .toList();
    }

    /** For each queue a position at or before its first waiting request. */
    List<QueuePosition> queueStarts() {
        Map<QueuePosition.Line, QueuePosition> starts = new HashMap<>();
        for (QueuedRequest item : waiting()) {
            starts.merge(
                    item.position().line(), item.position(), (one, other) -> one.compareTo(other) < 0 ? one : other);
        }
        return new ArrayList<>(starts.values());
    }

    /** Drops the waiting requests from memory. */
    void clearWaiting() {
        heads.clear();
        lookaheads.clear();
        deferred.clear();
    }

    /** Whether waiting requests are held in memory: those of all its queues are, or none. */
    boolean hasWaiting() {
        return !heads.isEmpty() || !deferred.isEmpty();
    }

    /** Keys of the requests in progress. */
    Stream<RequestKey> inProgress() {
        return Stream.concat(calling.stream(), terminating.stream());
    }

    boolean isEmpty() {
        return calling.isEmpty() && terminating.isEmpty() && !hasWaiting();
    }
}
