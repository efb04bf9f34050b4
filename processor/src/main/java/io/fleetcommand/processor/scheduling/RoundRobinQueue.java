package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.request.Requester;
import io.fleetcommand.processor.scheduling.DeviceQueues.TurnKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The turns of one priority: request topics take turns, within a topic its requesters, and within those their devices. So
 * the ten polls of one service do not wait behind another's million, and a topic gets no more turns by naming more
 * requesters. Calls by different rights stand apart, so that those which a ceiling holds back need not be looked through
 * for the others. Owned by the task's stream thread.
 */
final class RoundRobinQueue {
    private final Map<String, Topic> topics = new HashMap<>();
    /** By right: the topics that have somebody to call now, by when they were served last or came. */
    private final Map<Permit, TreeMap<Long, Topic>> runnable = new HashMap<>();

    private final Comparator<Permit> byTurn = Comparator.<Permit>comparingLong(
                    permit -> runnable.get(permit).firstKey())
            .thenComparingLong(permit -> firstBucket(permit).position)
            .thenComparingLong(permit -> first(permit).sinceMs());

    private long latest;

    /** A requester has one more line in which somebody waits; a newcomer goes behind all others. */
    void waits(Requester requester) {
        topics.computeIfAbsent(requester.topic(), none -> new Topic(++latest))
                .buckets
                .computeIfAbsent(requester.bucket(), none -> new Bucket(requester, ++latest))
                .lines++;
    }

    /** A requester has one line less in which somebody waits. */
    void waitsNoMore(Requester requester) {
        Topic topic = topics.get(requester.topic());
        Bucket bucket = topic.buckets.get(requester.bucket());
        if (--bucket.lines == 0) {
            List.copyOf(bucket.sinceByDevice.keySet()).forEach(permit -> dequeue(topic, bucket, permit));
            topic.buckets.remove(requester.bucket());
            if (topic.buckets.isEmpty()) {
                topics.remove(requester.topic());
            }
        }
    }

    /** A requester has somebody to call at a device; a device that is new here goes behind its others. */
    void add(TurnKey seat, String deviceId, long nowMs) {
        Topic topic = topics.get(seat.requester().topic());
        Bucket bucket = topic.buckets.get(seat.requester().bucket());
        bucket.sinceByDevice
                .computeIfAbsent(seat.permit(), none -> new LinkedHashMap<>())
                .putIfAbsent(deviceId, nowMs);
        enqueue(topic, bucket, seat.permit());
    }

    void remove(TurnKey seat, String deviceId) {
        Optional<Topic> topic = Optional.ofNullable(topics.get(seat.requester().topic()));
        topic.map(known -> known.buckets.get(seat.requester().bucket())).ifPresent(bucket -> {
            Map<String, Long> devices = bucket.sinceByDevice.getOrDefault(seat.permit(), new LinkedHashMap<>());
            devices.remove(deviceId);
            if (devices.isEmpty()) {
                bucket.sinceByDevice.remove(seat.permit());
                dequeue(topic.get(), bucket, seat.permit());
            }
        });
    }

    /** A requester has had its turn, and its topic with it: each goes behind all others. */
    void served(Requester requester) {
        Optional<Topic> topic = Optional.ofNullable(topics.get(requester.topic()));
        topic.map(known -> known.buckets.get(requester.bucket())).ifPresent(bucket -> {
            List<Permit> permits = List.copyOf(bucket.sinceByDevice.keySet());
            permits.forEach(permit -> dequeue(topic.get(), bucket, permit));
            bucket.position = ++latest;
            permits.forEach(permit -> enqueue(topic.get(), bucket, permit));
        });
        topic.ifPresent(known -> {
            known.runnable.keySet().forEach(permit -> dequeue(known, permit));
            known.position = ++latest;
            known.runnable.keySet().forEach(permit -> enqueue(known, permit));
        });
    }

    private void enqueue(Topic topic, Bucket bucket, Permit permit) {
        topic.runnable.computeIfAbsent(permit, none -> new TreeMap<>()).put(bucket.position, bucket);
        enqueue(topic, permit);
    }

    private void enqueue(Topic topic, Permit permit) {
        runnable.computeIfAbsent(permit, none -> new TreeMap<>()).put(topic.position, topic);
    }

    private void dequeue(Topic topic, Bucket bucket, Permit permit) {
        TreeMap<Long, Bucket> standing = topic.runnable.get(permit);
        if (standing != null && standing.remove(bucket.position) != null && standing.isEmpty()) {
            topic.runnable.remove(permit);
            dequeue(topic, permit);
        }
    }

    private void dequeue(Topic topic, Permit permit) {
        runnable.computeIfPresent(permit, (same, standing) -> {
            standing.remove(topic.position);
            return standing.isEmpty() ? null : standing;
        });
    }

    /** The rights for which somebody has a turn; the first is that of the first turn. */
    List<Permit> permits() {
        // Asked for before every turn, and mostly there is one.
        return runnable.size() < 2
                ? List.copyOf(runnable.keySet())
                : runnable.keySet().stream().sorted(byTurn).toList();
    }

    Optional<Turn> next(Permit permit) {
        return runnable.containsKey(permit) ? Optional.of(first(permit)) : Optional.empty();
    }

    private Turn first(Permit permit) {
        Bucket bucket = firstBucket(permit);
        Map.Entry<String, Long> device =
                bucket.sinceByDevice.get(permit).entrySet().iterator().next();
        return new Turn(bucket.requester, device.getKey(), device.getValue());
    }

    private Bucket firstBucket(Permit permit) {
        return runnable.get(permit)
                .firstEntry()
                .getValue()
                .runnable
                .get(permit)
                .firstEntry()
                .getValue();
    }

    /**
     * Whose turn it is.
     *
     * @param sinceMs since when it has had somebody to call at this device
     */
    record Turn(Requester requester, String deviceId, long sinceMs) {}

    private static final class Topic {
        private final Map<Integer, Bucket> buckets = new HashMap<>();
        private final Map<Permit, TreeMap<Long, Bucket>> runnable = new HashMap<>();
        private long position;

        Topic(long position) {
            this.position = position;
        }
    }

    private static final class Bucket {
        private final Requester requester;
        private final Map<Permit, LinkedHashMap<String, Long>> sinceByDevice = new HashMap<>();
        private long position;
        private int lines;

        Bucket(Requester requester, long position) {
            this.requester = requester;
            this.position = position;
        }
    }
}
