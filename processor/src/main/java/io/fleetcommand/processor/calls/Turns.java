package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.calls.DeviceLine.Seat;
import io.fleetcommand.processor.core.Right;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The turns of one lane: those who ask take turns, and so do the devices of each. So the ten polls of one service do not
 * wait behind another's million. Calls by different rights stand apart, so that those which a ceiling holds back need
 * not be looked through for the others. Owned by the task's stream thread.
 */
final class Turns {
    private final Map<String, Requester> requesters = new HashMap<>();
    /** By right: those that have somebody to call now, by when they were served last or came. */
    private final Map<Right, TreeMap<Long, Requester>> runnable = new HashMap<>();

    private final Comparator<Right> byTurn = Comparator.<Right>comparingLong(
                    right -> runnable.get(right).firstKey())
            .thenComparingLong(right -> first(right).sinceMs());

    private long latest;

    /** A requester has one more line in which somebody waits; a newcomer goes behind all others. */
    void waits(String name) {
        requesters.computeIfAbsent(name, none -> new Requester(name, ++latest)).lines++;
    }

    /** A requester has one line less in which somebody waits. */
    void waitsNoMore(String name) {
        Requester requester = requesters.get(name);
        if (--requester.lines == 0) {
            requesters.remove(name);
            leaves(requester);
        }
    }

    /** A requester has somebody to call at a device; a device that is new here goes behind its others. */
    void add(Seat seat, String deviceId, long nowMs) {
        Requester requester = requesters.get(seat.requester());
        requester
                .sinceByDevice
                .computeIfAbsent(seat.right(), none -> new LinkedHashMap<>())
                .putIfAbsent(deviceId, nowMs);
        stands(requester, seat.right());
    }

    void remove(Seat seat, String deviceId) {
        Optional.ofNullable(requesters.get(seat.requester())).ifPresent(requester -> {
            Map<String, Long> devices = requester.sinceByDevice.getOrDefault(seat.right(), new LinkedHashMap<>());
            devices.remove(deviceId);
            if (devices.isEmpty()) {
                requester.sinceByDevice.remove(seat.right());
                leaves(requester, seat.right());
            }
        });
    }

    /** A requester has had its turn, and goes behind all others. */
    void served(String name) {
        Optional.ofNullable(requesters.get(name)).ifPresent(requester -> {
            leaves(requester);
            requester.position = ++latest;
            requester.sinceByDevice.keySet().forEach(right -> stands(requester, right));
        });
    }

    private void stands(Requester requester, Right right) {
        runnable.computeIfAbsent(right, none -> new TreeMap<>()).put(requester.position, requester);
    }

    private void leaves(Requester requester) {
        requester.sinceByDevice.keySet().forEach(right -> leaves(requester, right));
    }

    private void leaves(Requester requester, Right right) {
        runnable.computeIfPresent(right, (same, standing) -> {
            standing.remove(requester.position);
            return standing.isEmpty() ? null : standing;
        });
    }

    /** The rights for which somebody has a turn; the first is that of the first turn. */
    List<Right> rights() {
        // Asked for before every turn, and mostly there is one.
        return runnable.size() < 2
                ? List.copyOf(runnable.keySet())
                : runnable.keySet().stream().sorted(byTurn).toList();
    }

    Optional<Turn> next(Right right) {
        return runnable.containsKey(right) ? Optional.of(first(right)) : Optional.empty();
    }

    private Turn first(Right right) {
        Requester requester = runnable.get(right).firstEntry().getValue();
        Map.Entry<String, Long> device =
                requester.sinceByDevice.get(right).entrySet().iterator().next();
        return new Turn(requester.name, device.getKey(), device.getValue());
    }

    /**
     * Whose turn it is.
     *
     * @param sinceMs since when it has had somebody to call at this device
     */
    record Turn(String requester, String deviceId, long sinceMs) {}

    private static final class Requester {
        private final String name;
        private final Map<Right, LinkedHashMap<String, Long>> sinceByDevice = new HashMap<>();
        private long position;
        private int lines;

        Requester(String name, long position) {
            this.name = name;
            this.position = position;
        }
    }
}
