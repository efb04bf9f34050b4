package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.ports.QueueKey;
import io.fleetcommand.processor.core.ports.QueuePosition;
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
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One device: who is under way, and the first in each of its lines. The first decides for its line: while it rests,
 * those behind it wait, and so commands of a priority run in reading order. Polls and commands do not wait for each other,
 * and a poll that is to be tried again later steps aside for those behind it.
 */
final class DeviceQueues {
    /** How many polls may step aside; one more holds its line back until it is due. */
    private static final int MAX_ASIDE = 8;

    private final Map<QueuePosition.Line, QueuedRequest> heads = new HashMap<>();
    /** Of lines in which somebody has stood behind the first since they were last empty. */
    private final Map<QueuePosition.Line, Lookahead> behind = new HashMap<>();
    /** Polls that are not due yet, by request. */
    private final Map<RequestKey, QueuedRequest> aside = new HashMap<>();

    private final Set<RequestKey> occupants = new HashSet<>();
    private final Set<RequestKey> others = new HashSet<>();
    /** Where this device has a turn at present. */
    private Set<TurnKey> seats = Set.of();
    /** Whose room it takes, while it holds any that wait. */
    private QueueKey guestOf;
    /** When its rest is, or was, over; empty for a device that has answered since. */
    private OptionalLong rest;

    /** @param guestOf whose room it is to take */
    DeviceQueues(OptionalLong rest, QueueKey guestOf) {
        this.rest = rest;
        this.guestOf = guestOf;
    }

    /** Who may be called for whom, and by which right. */
    record TurnKey(Permit permit, Requester requester) {
        static TurnKey of(QueuedRequest item) {
            return new TurnKey(item.permit(), item.requester());
        }

        QueueKey queue() {
            return new QueueKey(permit.priority(), requester);
        }
    }

    QueueKey guestOf() {
        return guestOf;
    }

    /** It takes another's room from now on; it holds nobody who waits at present. */
    void becomesGuestOf(QueueKey other) {
        guestOf = other;
    }

    OptionalLong backOff() {
        return rest;
    }

    void backsOffUntil(OptionalLong untilMs) {
        rest = untilMs;
    }

    Optional<QueuedRequest> first(QueuePosition.Line line) {
        return Optional.ofNullable(heads.get(line));
    }

    void setHead(QueuedRequest item) {
        heads.put(item.position().line(), item);
    }

    void emptied(QueuePosition.Line line) {
        heads.remove(line);
        behind.remove(line);
    }

    /** Somebody stands behind the first of a line. */
    void leftBehind(QueuedRequest item) {
        behind.computeIfAbsent(item.position().line(), none -> new Lookahead()).add(item.position());
    }

    /** Who stands behind the first of a line, if anybody may. */
    Optional<Lookahead> behind(QueuePosition.Line line) {
        return Optional.ofNullable(behind.get(line));
    }

    /** Only the backlog knows who stands in a line. */
    Lookahead unknown(QueuePosition.Line line) {
        Lookahead unknown = Lookahead.unknown();
        behind.put(line, unknown);
        return unknown;
    }

    /** Whether a poll lets those behind it pass until it is due. */
    boolean stepsAside(QueuedRequest item, long nowMs) {
        return aside.containsKey(item.key())
                || item.position().isPoll() && item.dueAtMs() > nowMs && aside.size() < MAX_ASIDE;
    }

    void stepAside(QueuedRequest item) {
        aside.put(item.key(), item);
    }

    /** Whether it stood aside, and does so no longer. */
    boolean leavesAside(QueuedRequest item) {
        return aside.remove(item.key()) != null;
    }

    void begin(QueuedRequest item) {
        (item.occupies() ? occupants : others).add(item.key());
        (item.occupies() ? others : occupants).remove(item.key());
    }

    void end(QueuedRequest item) {
        occupants.remove(item.key());
        others.remove(item.key());
    }

    /** Who may be called now, one for each right and requester: nobody while a call is under way. */
    Map<TurnKey, QueuedRequest> callable(long nowMs) {
        if (!occupants.isEmpty()) {
            return Map.of();
        }
        Map<TurnKey, QueuedRequest> callable = new HashMap<>();
        commands(nowMs).forEach(command -> seat(callable, command, nowMs));
        for (QueuedRequest head : heads.values()) {
            if (head.position().isPoll()) {
                seat(callable, head, nowMs);
            }
        }
        aside.values().forEach(poll -> seat(callable, poll, nowMs));
        return callable;
    }

    private static void seat(Map<TurnKey, QueuedRequest> callable, QueuedRequest item, long nowMs) {
        if (item.dueAtMs() <= nowMs) {
            callable.merge(TurnKey.of(item), item, DeviceQueues::earlier);
        }
    }

    /** Of each priority the next command. One for later stands among the others, in reading order, once its time has come. */
    private Collection<QueuedRequest> commands(long nowMs) {
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

    Set<TurnKey> seats() {
        return seats;
    }

    void sitsAt(Set<TurnKey> others) {
        seats = Set.copyOf(others);
    }

    /** Those that wait and are held in memory. */
    List<QueuedRequest> waiting() {
        return Stream.concat(heads.values().stream(), aside.values().stream()).toList();
    }

    /** By line a place that nobody who waits stands before. */
    List<QueuePosition> lines() {
        Map<QueuePosition.Line, QueuePosition> lines = new HashMap<>();
        for (QueuedRequest item : waiting()) {
            lines.merge(
                    item.position().line(), item.position(), (one, other) -> one.compareTo(other) < 0 ? one : other);
        }
        return new ArrayList<>(lines.values());
    }

    /** Those that wait are held in memory no longer. */
    void forget() {
        heads.clear();
        behind.clear();
        aside.clear();
    }

    /** Whether those that wait are held in memory: all lines, or none. */
    boolean holdsAny() {
        return !heads.isEmpty() || !aside.isEmpty();
    }

    /** Ids of the requests under way. */
    Stream<RequestKey> underWay() {
        return Stream.concat(occupants.stream(), others.stream());
    }

    boolean isEmpty() {
        return occupants.isEmpty() && others.isEmpty() && !holdsAny();
    }
}
