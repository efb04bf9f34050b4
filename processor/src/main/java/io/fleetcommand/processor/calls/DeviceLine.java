package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.Lane;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The requests of one device. Commands of a lane go in reading order, so the first of them decides; polls may overtake
 * commands, and only stand here when they are due.
 */
final class DeviceLine {
    private final Map<Lane, TreeMap<Long, Item>> commands = new EnumMap<>(Lane.class);
    private final Map<Lane, TreeMap<Long, Item>> polls = new EnumMap<>(Lane.class);
    private final Set<String> occupants = new HashSet<>();

    void add(Item item) {
        if (item.waits()) {
            line(item).put(item.sequence(), item);
        } else {
            occupants.add(item.requestId());
        }
    }

    void remove(Item item) {
        line(item).remove(item.sequence());
        occupants.remove(item.requestId());
    }

    /** Who of a lane may be called now: nobody while a call is under way. */
    Optional<Item> head(Lane lane, long nowMs) {
        if (!occupants.isEmpty()) {
            return Optional.empty();
        }
        Optional<Item> command = first(commands, lane).filter(item -> item.dueMs() <= nowMs);
        Optional<Item> poll = first(polls, lane);
        if (command.isPresent() && poll.isPresent()) {
            return command.get().sequence() < poll.get().sequence() ? command : poll;
        }
        return command.or(() -> poll);
    }

    boolean isEmpty() {
        return occupants.isEmpty()
                && commands.values().stream().allMatch(Map::isEmpty)
                && polls.values().stream().allMatch(Map::isEmpty);
    }

    private TreeMap<Long, Item> line(Item item) {
        return (item.command() ? commands : polls).computeIfAbsent(item.lane(), none -> new TreeMap<>());
    }

    private static Optional<Item> first(Map<Lane, TreeMap<Long, Item>> lines, Lane lane) {
        TreeMap<Long, Item> line = lines.get(lane);
        return line == null || line.isEmpty()
                ? Optional.empty()
                : Optional.of(line.firstEntry().getValue());
    }
}
