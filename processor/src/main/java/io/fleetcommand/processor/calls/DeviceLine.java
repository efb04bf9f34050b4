package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.Place.Queue;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One device: who is under way, and the first in each of its queues. The first decides for its queue: while it rests,
 * those behind it wait, and so commands of a lane run in reading order. Polls and commands do not wait for each other.
 */
final class DeviceLine {
    private final Map<Lane, Map<Queue, Item>> heads = new EnumMap<>(Lane.class);
    private final Set<String> occupants = new HashSet<>();
    private final Set<String> others = new HashSet<>();

    Optional<Item> first(Place place) {
        return Optional.ofNullable(queues(place.lane()).get(place.queue()));
    }

    void lead(Item item) {
        queues(item.place().lane()).put(item.place().queue(), item);
    }

    void emptied(Place place) {
        queues(place.lane()).remove(place.queue());
    }

    void begin(Item item) {
        (item.occupies() ? occupants : others).add(item.requestId());
        (item.occupies() ? others : occupants).remove(item.requestId());
    }

    void end(Item item) {
        occupants.remove(item.requestId());
        others.remove(item.requestId());
    }

    /** Who of a lane may be called now: nobody while a call is under way. */
    Optional<Item> callable(Lane lane, long nowMs) {
        if (!occupants.isEmpty()) {
            return Optional.empty();
        }
        return Stream.of(
                        nextCommand(lane, nowMs),
                        Optional.ofNullable(queues(lane).get(Queue.POLLS)))
                .flatMap(Optional::stream)
                .filter(item -> item.wakeMs() <= nowMs)
                .min(Comparator.comparingLong(item -> item.place().sequence()));
    }

    /** A command for later stands among the others, in reading order, once its time has come. */
    private Optional<Item> nextCommand(Lane lane, long nowMs) {
        return Stream.of(queues(lane).get(Queue.COMMANDS), queues(lane).get(Queue.COMMANDS_FOR_LATER))
                .flatMap(Stream::ofNullable)
                .filter(item -> item.place().rank() <= nowMs)
                .min(Comparator.comparingLong(item -> item.place().sequence()));
    }

    boolean isEmpty() {
        return occupants.isEmpty()
                && others.isEmpty()
                && heads.values().stream().allMatch(Map::isEmpty);
    }

    private Map<Queue, Item> queues(Lane lane) {
        return heads.computeIfAbsent(lane, none -> new EnumMap<>(Queue.class));
    }
}
