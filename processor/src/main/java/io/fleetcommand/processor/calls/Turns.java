package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.calls.DeviceLine.Seat;
import io.fleetcommand.processor.core.Requester;
import io.fleetcommand.processor.core.Right;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The turns of one lane: request topics take turns, within a topic its requesters, and within those their devices. So
 * the ten polls of one service do not wait behind another's million, and a topic gets no more turns by naming more
 * requesters. Calls by different rights stand apart, so that those which a ceiling holds back need not be looked through
 * for the others. Owned by the task's stream thread.
 */
final class Turns {
    private final Map<String, Topic> topics = new HashMap<>();
    /** By right: the topics that have somebody to call now, by when they were served last or came. */
    private final Map<Right, TreeMap<Long, Topic>> runnable = new HashMap<>();

    private final Comparator<Right> byTurn = Comparator.<Right>comparingLong(
                    right -> runnable.get(right).firstKey())
            .thenComparingLong(right -> firstBucket(right).position)
            .thenComparingLong(right -> first(right).sinceMs());

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
            List.copyOf(bucket.sinceByDevice.keySet()).forEach(right -> leaves(topic, bucket, right));
            topic.buckets.remove(requester.bucket());
            if (topic.buckets.isEmpty()) {
                topics.remove(requester.topic());
            }
        }
    }

    /** A requester has somebody to call at a device; a device that is new here goes behind its others. */
    void add(Seat seat, String deviceId, long nowMs) {
        Topic topic = topics.get(seat.requester().topic());
        Bucket bucket = topic.buckets.get(seat.requester().bucket());
        bucket.sinceByDevice
                .computeIfAbsent(seat.right(), none -> new LinkedHashMap<>())
                .putIfAbsent(deviceId, nowMs);
        stands(topic, bucket, seat.right());
    }

    void remove(Seat seat, String deviceId) {
        Optional<Topic> topic = Optional.ofNullable(topics.get(seat.requester().topic()));
        topic.map(known -> known.buckets.get(seat.requester().bucket())).ifPresent(bucket -> {
            Map<String, Long> devices = bucket.sinceByDevice.getOrDefault(seat.right(), new LinkedHashMap<>());
            devices.remove(deviceId);
            if (devices.isEmpty()) {
                bucket.sinceByDevice.remove(seat.right());
                leaves(topic.get(), bucket, seat.right());
            }
        });
    }

    /** A requester has had its turn, and its topic with it: each goes behind all others. */
    void served(Requester requester) {
        Optional<Topic> topic = Optional.ofNullable(topics.get(requester.topic()));
        topic.map(known -> known.buckets.get(requester.bucket())).ifPresent(bucket -> {
            List<Right> rights = List.copyOf(bucket.sinceByDevice.keySet());
            rights.forEach(right -> leaves(topic.get(), bucket, right));
            bucket.position = ++latest;
            rights.forEach(right -> stands(topic.get(), bucket, right));
        });
        topic.ifPresent(known -> {
            known.runnable.keySet().forEach(right -> leaves(known, right));
            known.position = ++latest;
            known.runnable.keySet().forEach(right -> stands(known, right));
        });
    }

    private void stands(Topic topic, Bucket bucket, Right right) {
        topic.runnable.computeIfAbsent(right, none -> new TreeMap<>()).put(bucket.position, bucket);
        stands(topic, right);
    }

    private void stands(Topic topic, Right right) {
        runnable.computeIfAbsent(right, none -> new TreeMap<>()).put(topic.position, topic);
    }

    private void leaves(Topic topic, Bucket bucket, Right right) {
        TreeMap<Long, Bucket> standing = topic.runnable.get(right);
        if (standing != null && standing.remove(bucket.position) != null && standing.isEmpty()) {
            topic.runnable.remove(right);
            leaves(topic, right);
        }
    }

    private void leaves(Topic topic, Right right) {
        runnable.computeIfPresent(right, (same, standing) -> {
            standing.remove(topic.position);
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
        Bucket bucket = firstBucket(right);
        Map.Entry<String, Long> device =
                bucket.sinceByDevice.get(right).entrySet().iterator().next();
        return new Turn(bucket.requester, device.getKey(), device.getValue());
    }

    private Bucket firstBucket(Right right) {
        return runnable.get(right)
                .firstEntry()
                .getValue()
                .runnable
                .get(right)
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
        private final Map<Right, TreeMap<Long, Bucket>> runnable = new HashMap<>();
        private long position;

        Topic(long position) {
            this.position = position;
        }
    }

    private static final class Bucket {
        private final Requester requester;
        private final Map<Right, LinkedHashMap<String, Long>> sinceByDevice = new HashMap<>();
        private long position;
        private int lines;

        Bucket(Requester requester, long position) {
            this.requester = requester;
            this.position = position;
        }
    }
}
