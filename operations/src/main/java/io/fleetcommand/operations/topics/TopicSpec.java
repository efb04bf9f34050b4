package io.fleetcommand.operations.topics;

import java.util.Map;
import java.util.TreeMap;

/**
 * A topic, as it is wanted or as it was found.
 *
 * @param countFixed whether the number of partitions must never change, since where a key lies is relied on
 * @param config by Kafka's names
 */
public record TopicSpec(String name, int partitions, short replicas, boolean countFixed, Map<String, String> config) {
    private static final String MIN_IN_SYNC = "min.insync.replicas";

    public TopicSpec {
        config = Map.copyOf(config);
    }

    /** The same with other replicas: it stays writable though one is away, if it has more than one. */
    TopicSpec withReplicas(short count) {
        Map<String, String> fitting = new TreeMap<>(config);
        fitting.computeIfPresent(
                MIN_IN_SYNC,
                (key, value) -> Integer.toString(Math.min(Integer.parseInt(value), Math.max(1, count - 1))));
        return new TopicSpec(name, partitions, count, countFixed, fitting);
    }

    String text() {
        StringBuilder text =
                new StringBuilder().append(partitions).append(" partitions, ").append(replicas);
        text.append(" replicas");
        new TreeMap<>(config)
                .forEach((key, value) ->
                        text.append(", ").append(key).append('=').append(value));
        return text.toString();
    }
}
