package io.fleetcommand.operations.topics;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The file that says which topics there are.
 *
 * @param partitions of the co-partitioned topics, and of others that name no count of their own
 * @param config of all topics, unless they say otherwise
 * @param coPartitioned by name: the topics that the processor reads by device
 */
public record TopicsFile(
        int partitions,
        short replicas,
        Map<String, String> config,
        @JsonProperty("co-partitioned") Map<String, Keyed> coPartitioned,
        Map<String, Free> others) {
    private static final String CLEANUP = "cleanup.policy";

    public TopicsFile {
        if (partitions < 1 || replicas < 1) {
            throw new IllegalArgumentException("partitions and replicas must be given, each at least 1");
        }
        config = orEmpty(config);
        coPartitioned = filled(coPartitioned, new Keyed(Map.of()));
        others = filled(others, new Free(0, Map.of()));
    }

    /** A topic whose partition count is not its own. */
    public record Keyed(Map<String, String> config) {
        public Keyed {
            config = orEmpty(config);
        }
    }

    /**
     * A topic that may have a partition count of its own.
     *
     * @param partitions 0 for the file's count
     */
    public record Free(int partitions, Map<String, String> config) {
        public Free {
            config = orEmpty(config);
        }
    }

    /** @throws IllegalArgumentException if the file cannot be read or used, saying why */
    public static TopicsFile read(Path file) {
        return YamlFile.read(file, TopicsFile.class);
    }

    /** The same file for another cluster. */
    public TopicsFile withCounts(int otherPartitions, short otherReplicas) {
        return new TopicsFile(otherPartitions, otherReplicas, config, coPartitioned, others);
    }

    /** Every topic, in the file's order, with its parts spelt out. */
    public List<TopicSpec> topics(Names names) {
        List<TopicSpec> topics = new ArrayList<>();
        coPartitioned.forEach(
                (name, topic) -> topics.add(spec(names.resolve(name), partitions, true, merged(topic.config()))));
        others.forEach((name, topic) -> {
            Map<String, String> merged = merged(topic.config());
            // A compacted topic's latest record for a key must lie where the older ones do.
            boolean compacted = merged.getOrDefault(CLEANUP, "").contains("compact");
            int count = topic.partitions() == 0 ? partitions : topic.partitions();
            topics.add(spec(names.resolve(name), count, compacted, merged));
        });
        return topics;
    }

    private TopicSpec spec(String name, int count, boolean countFixed, Map<String, String> merged) {
        return new TopicSpec(name, count, replicas, countFixed, merged).withReplicas(replicas);
    }

    private Map<String, String> merged(Map<String, String> own) {
        Map<String, String> merged = new TreeMap<>(config);
        merged.putAll(own);
        return merged;
    }

    private static Map<String, String> orEmpty(Map<String, String> given) {
        return given == null ? Map.of() : Map.copyOf(given);
    }

    /** A name with nothing behind it is a topic that takes everything from the file's first entries. */
    private static <T> Map<String, T> filled(Map<String, T> given, T nothing) {
        Map<String, T> filled = new LinkedHashMap<>();
        if (given != null) {
            given.forEach((name, topic) -> filled.put(name, topic == null ? nothing : topic));
        }
        return Collections.unmodifiableMap(filled);
    }
}
