package io.fleetcommand.processor.replies;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The topics that no caller may name, whatever the policy says: the processor's own, those that Kafka Streams keeps for
 * it, and internal ones.
 *
 * @param own names of the topics that the processor reads or writes
 * @param application the application id, with which the names of changelogs begin
 */
public record ReservedTopics(Set<String> own, String application) {
    /** Kafka's rules for a name. */
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
