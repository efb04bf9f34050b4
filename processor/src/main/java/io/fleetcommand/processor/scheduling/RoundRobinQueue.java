package io.fleetcommand.processor.scheduling;

import io.fleetcommand.processor.core.ports.QuotaClass;
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
 * topic gets no more turns by naming more requesters. Calls of different quota classes are queued separately, so that
 * calls held back by a rate cap need not be skipped one by one to find the others. Confined to the task's stream
 * thread.
 */
final class RoundRobinQueue {
    private final Map<String, Topic> topics = new HashMap<>();
    /** By quota class: the topics that have a request to call now, by when they were last served or were added. */
    private final Map<QuotaClass, TreeMap<Long, Topic>> runnable = new HashMap<>();

    private final Comparator<QuotaClass> byNextTurn = Comparator.<QuotaClass>comparingLong(
                    quotaClass -> runnable.get(quotaClass).firstKey())
            .thenComparingLong(quotaClass -> firstBucket(quotaClass).position)
            .thenComparingLong(quotaClass -> next(quotaClass).sinceMs());

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
            List.copyOf(bucket.sinceByDevice.keySet()).forEach(quotaClass -> dequeue(topic, bucket, quotaClass));
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
                .computeIfAbsent(key.quotaClass(), none -> new LinkedHashMap<>())
                .putIfAbsent(deviceId, nowMs);
        enqueue(topic, bucket, key.quotaClass());
    }

    void remove(TurnKey key, String deviceId) {
        Optional<Topic> topic = Optional.ofNullable(topics.get(key.requester().topic()));
        topic.map(known -> known.buckets.get(key.requester().bucket())).ifPresent(bucket -> {
            Map<String, Long> devices = bucket.sinceByDevice.getOrDefault(key.quotaClass(), new LinkedHashMap<>());
            devices.remove(deviceId);
            if (devices.isEmpty()) {
                bucket.sinceByDevice.remove(key.quotaClass());
                dequeue(topic.get(), bucket, key.quotaClass());
            }
        });
    }

    /** A requester and its topic have had their turn: each goes behind all others. */
    void served(Requester requester) {
        Optional<Topic> topic = Optional.ofNullable(topics.get(requester.topic()));
        topic.map(known -> known.buckets.get(requester.bucket())).ifPresent(bucket -> {
            List<QuotaClass> quotaClasses = List.copyOf(bucket.sinceByDevice.keySet());
            quotaClasses.forEach(quotaClass -> dequeue(topic.get(), bucket, quotaClass));
            bucket.position = ++lastPosition;
            quotaClasses.forEach(quotaClass -> enqueue(topic.get(), bucket, quotaClass));
        });
        topic.ifPresent(known -> {
            known.runnable.keySet().forEach(quotaClass -> dequeue(known, quotaClass));
            known.position = ++lastPosition;
            known.runnable.keySet().forEach(quotaClass -> enqueue(known, quotaClass));
        });
    }

    private void enqueue(Topic topic, Bucket bucket, QuotaClass quotaClass) {
        topic.runnable.computeIfAbsent(quotaClass, none -> new TreeMap<>()).put(bucket.position, bucket);
        enqueue(topic, quotaClass);
    }

    private void enqueue(Topic topic, QuotaClass quotaClass) {
        runnable.computeIfAbsent(quotaClass, none -> new TreeMap<>()).put(topic.position, topic);
    }

    private void dequeue(Topic topic, Bucket bucket, QuotaClass quotaClass) {
        TreeMap<Long, Bucket> buckets = topic.runnable.get(quotaClass);
        if (buckets != null && buckets.remove(bucket.position) != null && buckets.isEmpty()) {
            topic.runnable.remove(quotaClass);
            dequeue(topic, quotaClass);
        }
    }

    private void dequeue(Topic topic, QuotaClass quotaClass) {
        runnable.computeIfPresent(quotaClass, (same, waiting) -> {
            waiting.remove(topic.position);
            return waiting.isEmpty() ? null : waiting;
        });
    }

    /** The quota classes in which there is a request to call, in the order of their turns. */
    List<QuotaClass> quotaClasses() {
        // Called before every turn, and mostly there is one class.
        return runnable.size() < 2
                ? List.copyOf(runnable.keySet())
                : runnable.keySet().stream().sorted(byNextTurn).toList();
    }

    /** Whose turn it is in a class in which there is a request to call. */
    Turn next(QuotaClass quotaClass) {
        Bucket bucket = firstBucket(quotaClass);
        Map.Entry<String, Long> device =
                bucket.sinceByDevice.get(quotaClass).entrySet().iterator().next();
        return new Turn(bucket.requester, device.getKey(), device.getValue());
    }

    private Bucket firstBucket(QuotaClass quotaClass) {
        return runnable.get(quotaClass)
                .firstEntry()
                .getValue()
                .runnable
                .get(quotaClass)
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
        private final Map<QuotaClass, TreeMap<Long, Bucket>> runnable = new HashMap<>();
        private long position;

        Topic(long position) {
            this.position = position;
        }
    }

    private static final class Bucket {
        private final Requester requester;
        private final Map<QuotaClass, LinkedHashMap<String, Long>> sinceByDevice = new HashMap<>();
        private long position;
        private int waiting;

        Bucket(Requester requester, long position) {
            this.requester = requester;
            this.position = position;
        }
    }
}
