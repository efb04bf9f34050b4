package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.Right;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One device: who is under way, and the first in each of its lines. The first decides for its line: while it rests,
 * those behind it wait, and so commands of a lane run in reading order. Polls and commands do not wait for each other.
 */
final class DeviceLine {
    private final Map<Place.Line, Item> heads = new HashMap<>();
    /** Of lines in which somebody has stood behind the first since they were last empty. */
    private final Map<Place.Line, Behind> behind = new HashMap<>();

    private final Set<String> occupants = new HashSet<>();
    private final Set<String> others = new HashSet<>();
    /** Where this device has a turn at present. */
    private Set<Seat> seats = Set.of();

    /** Who may be called for whom, and by which right. */
    record Seat(Right right, String requester) {
        static Seat of(Item item) {
            return new Seat(item.right(), item.requester());
        }
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

    void begin(Item item) {
        (item.occupies() ? occupants : others).add(item.requestId());
        (item.occupies() ? others : occupants).remove(item.requestId());
    }

    void end(Item item) {
        occupants.remove(item.requestId());
        others.remove(item.requestId());
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

    boolean isEmpty() {
        return occupants.isEmpty() && others.isEmpty() && heads.isEmpty();
    }
}
