package io.fleetcommand.processor.replies;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Topics that no caller may name as its reply topic, whatever the policy says: the processor's own, those of Kafka
 * Streams for it, and internal ones.
 *
 * @param own topics that the processor reads or writes
 * @param application the application id, which is the prefix of changelog topics
 */
public record ReservedTopics(Set<String> own, String application) {
    /** Kafka's rule for topic names. */
    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    public ReservedTopics {
        own = Set.copyOf(own);
    }

    static boolean isLegal(String topic) {
        return LEGAL.matcher(topic).matches() && !topic.equals(".") && !topic.equals("..");
    }

    boolean contains(String topic) {
        return own.contains(topic) || topic.startsWith(application + "-") || topic.startsWith("_");
    }
}
