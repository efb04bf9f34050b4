package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.QueueKey;
import io.fleetcommand.processor.core.RequestKey;
import io.fleetcommand.processor.core.Requester;
import io.fleetcommand.processor.core.Right;
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
 * those behind it wait, and so commands of a lane run in reading order. Polls and commands do not wait for each other,
 * and a poll that is to be tried again later steps aside for those behind it.
 */
final class DeviceLine {
    /** How many polls may step aside; one more holds its line back until it is due. */
    private static final int MOST_ASIDE = 8;

    private final Map<Place.Line, Item> heads = new HashMap<>();
    /** Of lines in which somebody has stood behind the first since they were last empty. */
    private final Map<Place.Line, Behind> behind = new HashMap<>();
    /** Polls that are not due yet, by request. */
    private final Map<RequestKey, Item> aside = new HashMap<>();

    private final Set<RequestKey> occupants = new HashSet<>();
    private final Set<RequestKey> others = new HashSet<>();
    /** Where this device has a turn at present. */
    private Set<Seat> seats = Set.of();
    /** Whose room it takes, while it holds any that wait. */
    private QueueKey guestOf;
    /** When its rest is, or was, over; empty for a device that has answered since. */
    private OptionalLong rest;

    /** @param guestOf whose room it is to take */
    DeviceLine(OptionalLong rest, QueueKey guestOf) {
        this.rest = rest;
        this.guestOf = guestOf;
    }

    /** Who may be called for whom, and by which right. */
    record Seat(Right right, Requester requester) {
        static Seat of(Item item) {
            return new Seat(item.right(), item.requester());
        }

        QueueKey queue() {
            return new QueueKey(right.lane(), requester);
        }
    }

    QueueKey guestOf() {
        return guestOf;
    }

    /** It takes another's room from now on; it holds nobody who waits at present. */
    void becomesGuestOf(QueueKey other) {
        guestOf = other;
    }

    OptionalLong rest() {
        return rest;
    }

    void restsUntil(OptionalLong untilMs) {
        rest = untilMs;
    }

    Optional<Item> first(Place.Line line) {
        return Optional.ofNullable(heads.get(line));
    }

    void lead(Item item) {
        heads.put(item.place().line(), item);
    }

    void emptied(Place.Line line) {
        heads.remove(line);
        behind.remove(line);
    }

    /** Somebody stands behind the first of a line. */
    void leftBehind(Item item) {
        behind.computeIfAbsent(item.place().line(), none -> new Behind()).add(item.place());
    }

    /** Who stands behind the first of a line, if anybody may. */
    Optional<Behind> behind(Place.Line line) {
        return Optional.ofNullable(behind.get(line));
    }

    /** Only the backlog knows who stands in a line. */
    Behind unknown(Place.Line line) {
        Behind unknown = Behind.unknown();
        behind.put(line, unknown);
        return unknown;
    }

    /** Whether a poll lets those behind it pass until it is due. */
    boolean stepsAside(Item item, long nowMs) {
        return aside.containsKey(item.key())
                || item.place().isPoll() && item.wakeMs() > nowMs && aside.size() < MOST_ASIDE;
    }

    void stepAside(Item item) {
        aside.put(item.key(), item);
    }

    /** Whether it stood aside, and does so no longer. */
    boolean leavesAside(Item item) {
        return aside.remove(item.key()) != null;
    }

    void begin(Item item) {
        (item.occupies() ? occupants : others).add(item.key());
        (item.occupies() ? others : occupants).remove(item.key());
    }

    void end(Item item) {
        occupants.remove(item.key());
        others.remove(item.key());
    }

    /** Who may be called now, one for each right and requester: nobody while a call is under way. */
    Map<Seat, Item> callable(long nowMs) {
        if (!occupants.isEmpty()) {
            return Map.of();
        }
        Map<Seat, Item> callable = new HashMap<>();
        commands(nowMs).forEach(command -> seat(callable, command, nowMs));
        for (Item head : heads.values()) {
            if (head.place().isPoll()) {
                seat(callable, head, nowMs);
            }
        }
        aside.values().forEach(poll -> seat(callable, poll, nowMs));
        return callable;
    }

    private static void seat(Map<Seat, Item> callable, Item item, long nowMs) {
        if (item.wakeMs() <= nowMs) {
            callable.merge(Seat.of(item), item, DeviceLine::earlier);
        }
    }

    /** Of each lane the next command. One for later stands among the others, in reading order, once its time has come. */
    private Collection<Item> commands(long nowMs) {
        Map<Lane, Item> next = new EnumMap<>(Lane.class);
        for (Item head : heads.values()) {
            if (!head.place().isPoll() && head.place().rank() <= nowMs) {
                next.merge(head.lane(), head, DeviceLine::earlier);
            }
        }
        return next.values();
    }

    private static Item earlier(Item one, Item other) {
        return one.place().sequence() < other.place().sequence() ? one : other;
    }

    Set<Seat> seats() {
        return seats;
    }

    void sitsAt(Set<Seat> others) {
        seats = Set.copyOf(others);
    }

    /** Those that wait and are held in memory. */
    List<Item> waiting() {
        return Stream.concat(heads.values().stream(), aside.values().stream()).toList();
    }

    /** By line a place that nobody who waits stands before. */
    List<Place> lines() {
        Map<Place.Line, Place> lines = new HashMap<>();
        for (Item item : waiting()) {
            lines.merge(item.place().line(), item.place(), (one, other) -> one.compareTo(other) < 0 ? one : other);
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
