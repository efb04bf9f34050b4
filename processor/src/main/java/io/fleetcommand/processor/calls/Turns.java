package io.fleetcommand.processor.calls;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The turns of one lane: those who ask take turns, and so do the devices of each. So the ten polls of one service do not
 * wait behind another's million. Owned by the task's stream thread.
 */
final class Turns {
    private final Map<String, Requester> requesters = new HashMap<>();
    /** Those that have somebody to call now, by when they were served last or came. */
    private final TreeMap<Long, Requester> runnable = new TreeMap<>();

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
            runnable.remove(requester.position);
        }
    }

    /** A requester has somebody to call at a device; a device that is new here goes behind its others. */
    void add(String name, String deviceId, long nowMs) {
        Requester requester = requesters.get(name);
        requester.sinceByDevice.putIfAbsent(deviceId, nowMs);
        runnable.put(requester.position, requester);
    }

    void remove(String name, String deviceId) {
        Optional.ofNullable(requesters.get(name)).ifPresent(requester -> {
            requester.sinceByDevice.remove(deviceId);
            if (requester.sinceByDevice.isEmpty()) {
                runnable.remove(requester.position);
            }
        });
    }

    /** A requester has had its turn, and goes behind all others. */
    void served(String name) {
        Optional.ofNullable(requesters.get(name)).ifPresent(requester -> {
            boolean has = runnable.remove(requester.position) != null;
            requester.position = ++latest;
            if (has) {
                runnable.put(requester.position, requester);
            }
        });
    }

    boolean isEmpty() {
        return runnable.isEmpty();
    }

    Optional<Turn> next() {
        return Optional.ofNullable(runnable.firstEntry()).map(first -> {
            Map.Entry<String, Long> device =
                    first.getValue().sinceByDevice.entrySet().iterator().next();
            return new Turn(first.getValue().name, device.getKey(), device.getValue());
        });
    }

    /**
     * Whose turn it is.
     *
     * @param sinceMs since when it has had somebody to call at this device
     */
    record Turn(String requester, String deviceId, long sinceMs) {}

    private static final class Requester {
        private final String name;
        private final LinkedHashMap<String, Long> sinceByDevice = new LinkedHashMap<>();
        private long position;
        private int lines;

        Requester(String name, long position) {
            this.name = name;
            this.position = position;
        }
    }
}
