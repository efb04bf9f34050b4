package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ports.ReplyTopics;
import io.fleetcommand.processor.core.request.ReplyTo;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Accepts reply topics that the policy allows for the request topic, that are not reserved, and that can take every
 * result as far as is known. If nothing is known about a topic it is accepted: the relay finds out, and only the
 * caller's copy is lost. Thread-safe.
 */
public final class AllowedReplyTopics implements ReplyTopics {
    /** Upper bound of the size of a result. */
    private static final long MAX_RESULT_BYTES = 384 * 1024;

    private static final int MAX_SHOWN_CHARS = 80;

    private final ReservedTopics reserved;
    private final BiPredicate<String, String> policy;
    private final TopicDirectory directory;

    /** @param policy whether requests on the first topic may name the second as their reply topic */
    public AllowedReplyTopics(ReservedTopics reserved, BiPredicate<String, String> policy, TopicDirectory directory) {
        this.reserved = reserved;
        this.policy = policy;
        this.directory = directory;
    }

    @Override
    public Optional<String> refusal(String requestTopic, ReplyTo replyTo) {
        String topic = replyTo.topic();
        if (!replyTo.isGiven()) {
            return Optional.empty();
        }
        if (!ReservedTopics.isLegal(topic)) {
            return Optional.of("the reply topic \"" + printable(topic)
                    + "\" is no name of a topic: letters, digits, '.', '_'" + " and '-', at most 249 of them");
        }
        if (reserved.contains(topic)) {
            return Optional.of("the reply topic " + topic
                    + " belongs to the processor or to Kafka itself; name a topic of your own");
        }
        if (!policy.test(requestTopic, topic)) {
            return Optional.of(
                    "the policy does not allow requests on " + requestTopic + " to name the reply topic " + topic);
        }
        return directory.facts(topic).flatMap(facts -> unfit(replyTo, facts));
    }

    private static Optional<String> unfit(ReplyTo replyTo, TopicFacts facts) {
        String named = "the reply topic " + replyTo.topic();
        if (facts instanceof TopicFacts.Absent) {
            return Optional.of(named + " does not exist");
        }
        if (facts instanceof TopicFacts.Denied) {
            return Optional.of(named + " is closed to the processor: grant it WRITE there");
        }
        TopicFacts.Present present = (TopicFacts.Present) facts;
        if (replyTo.partition() >= present.partitions()) {
            return Optional.of(named + " has " + present.partitions() + " partitions, and kafka_replyPartition is "
                    + replyTo.partition());
        }
        return present.maxMessageBytes().orElse(MAX_RESULT_BYTES) >= MAX_RESULT_BYTES
                ? Optional.empty()
                : Optional.of(named + " takes records of "
                        + present.maxMessageBytes().getAsLong() + " bytes; its max.message.bytes must be "
                        + MAX_RESULT_BYTES + " or more");
    }

    private static String printable(String topic) {
        String visible = topic.replaceAll("[^\\x20-\\x7e]", "?");
        return visible.length() > MAX_SHOWN_CHARS ? visible.substring(0, MAX_SHOWN_CHARS) + "..." : visible;
    }
}
