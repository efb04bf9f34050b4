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
 * Serves the requests of one priority round-robin: across request topics, within a topic across its requesters, and
 * within a requester across its devices. So the ten polls of one service do not wait behind another's million, and a
 * topic gets no more turns by naming more requesters. Calls that need different permits are queued separately, so that
 * calls held back by a rate cap need not be skipped one by one to find the others. Confined to the task's stream
 * thread.
 */
final class RoundRobinQueue {
    private final Map<String, Topic> topics = new HashMap<>();
    /** By permit: the topics that have a request to call now, by when they were last served or were added. */
    private final Map<Permit, TreeMap<Long, Topic>> runnable = new HashMap<>();

    private final Comparator<Permit> byNextTurn = Comparator.<Permit>comparingLong(
                    permit -> runnable.get(permit).firstKey())
            .thenComparingLong(permit -> firstBucket(permit).position)
            .thenComparingLong(permit -> first(permit).sinceMs());

    private long lastPosition;

    /** Counts one more waiting request of a requester; a new requester goes behind all others. */
    void addWaiting(Requester requester) {
        topics.computeIfAbsent(requester.topic(), none -> new Topic(++lastPosition))
                .buckets
                .computeIfAbsent(requester.bucket(), none -> new Bucket(requester, ++lastPosition))
                .waiting++;
    }

    /** Counts one waiting request of a requester less, and removes the requester with its last one. */
    void removeWaiting(Requester requester) {
        Topic topic = topics.get(requester.topic());
        Bucket bucket = topic.buckets.get(requester.bucket());
        if (--bucket.waiting == 0) {
            List.copyOf(bucket.sinceByDevice.keySet()).forEach(permit -> dequeue(topic, bucket, permit));
            topic.buckets.remove(requester.bucket());
            if (topic.buckets.isEmpty()) {
                topics.remove(requester.topic());
            }
        }
    }

    /** A requester has a request to call at a device; a device that is new here goes behind its others. */
    void add(TurnKey key, String deviceId, long nowMs) {
        Topic topic = topics.get(key.requester().topic());
        Bucket bucket = topic.buckets.get(key.requester().bucket());
        bucket.sinceByDevice
                .computeIfAbsent(key.permit(), none -> new LinkedHashMap<>())
                .putIfAbsent(deviceId, nowMs);
        enqueue(topic, bucket, key.permit());
    }

    void remove(TurnKey key, String deviceId) {
        Optional<Topic> topic = Optional.ofNullable(topics.get(key.requester().topic()));
        topic.map(known -> known.buckets.get(key.requester().bucket())).ifPresent(bucket -> {
            Map<String, Long> devices = bucket.sinceByDevice.getOrDefault(key.permit(), new LinkedHashMap<>());
            devices.remove(deviceId);
            if (devices.isEmpty()) {
                bucket.sinceByDevice.remove(key.permit());
                dequeue(topic.get(), bucket, key.permit());
            }
        });
    }

    /** A requester and its topic have had their turn: each goes behind all others. */
    void served(Requester requester) {
        Optional<Topic> topic = Optional.ofNullable(topics.get(requester.topic()));
        topic.map(known -> known.buckets.get(requester.bucket())).ifPresent(bucket -> {
            List<Permit> permits = List.copyOf(bucket.sinceByDevice.keySet());
            permits.forEach(permit -> dequeue(topic.get(), bucket, permit));
            bucket.position = ++lastPosition;
            permits.forEach(permit -> enqueue(topic.get(), bucket, permit));
        });
        topic.ifPresent(known -> {
            known.runnable.keySet().forEach(permit -> dequeue(known, permit));
            known.position = ++lastPosition;
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
        TreeMap<Long, Bucket> buckets = topic.runnable.get(permit);
        if (buckets != null && buckets.remove(bucket.position) != null && buckets.isEmpty()) {
            topic.runnable.remove(permit);
            dequeue(topic, permit);
        }
    }

    private void dequeue(Topic topic, Permit permit) {
        runnable.computeIfPresent(permit, (same, waiting) -> {
            waiting.remove(topic.position);
            return waiting.isEmpty() ? null : waiting;
        });
    }

    /** The permits for which there is a request to call, in the order of their turns. */
    List<Permit> permits() {
        // Called before every turn, and mostly there is one permit.
        return runnable.size() < 2
                ? List.copyOf(runnable.keySet())
                : runnable.keySet().stream().sorted(byNextTurn).toList();
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
     * The requester and device whose turn it is.
     *
     * @param sinceMs since when it has had a request to call at this device
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
        private int waiting;

        Bucket(Requester requester, long position) {
            this.requester = requester;
            this.position = position;
        }
    }
}
