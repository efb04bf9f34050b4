package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ports.ReplyTopics;
import io.fleetcommand.processor.core.request.ReplyTo;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Reply topics that the policy allows to a request's topic, that nobody else owns, and that can take every result as far
 * as is known. What is not known is accepted: the relay finds out, and only the caller's copy is lost. Thread-safe.
 */
public final class AllowedReplyTopics implements ReplyTopics {
    /** No result is longer. */
    private static final long LONGEST_RESULT = 384 * 1024;

    private static final int SHOWN = 80;

    private final ReservedTopics reserved;
    private final BiPredicate<String, String> policy;
    private final TopicDirectory directory;

    /** @param policy whether requests on the one topic may name the other as their reply topic */
    public AllowedReplyTopics(ReservedTopics reserved, BiPredicate<String, String> policy, TopicDirectory directory) {
        this.reserved = reserved;
        this.policy = policy;
        this.directory = directory;
    }

    @Override
    public Optional<String> refusal(String requestTopic, ReplyTo wanted) {
        String topic = wanted.topic();
        if (!wanted.isGiven()) {
            return Optional.empty();
        }
        if (!ReservedTopics.isLegal(topic)) {
            return Optional.of("the reply topic \"" + shown(topic)
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
        return directory.facts(topic).flatMap(facts -> unfit(wanted, facts));
    }

    private static Optional<String> unfit(ReplyTo wanted, TopicFacts facts) {
        String named = "the reply topic " + wanted.topic();
        if (facts instanceof TopicFacts.Absent) {
            return Optional.of(named + " does not exist");
        }
        if (facts instanceof TopicFacts.Denied) {
            return Optional.of(named + " is closed to the processor: grant it WRITE there");
        }
        TopicFacts.Present present = (TopicFacts.Present) facts;
        if (wanted.partition() >= present.partitions()) {
            return Optional.of(named + " has " + present.partitions() + " partitions, and kafka_replyPartition is "
                    + wanted.partition());
        }
        return present.maxMessageBytes().orElse(LONGEST_RESULT) >= LONGEST_RESULT
                ? Optional.empty()
                : Optional.of(named + " takes records of "
                        + present.maxMessageBytes().getAsLong() + " bytes; its max.message.bytes must be "
                        + LONGEST_RESULT + " or more");
    }

    private static String shown(String topic) {
        String visible = topic.replaceAll("[^\\x20-\\x7e]", "?");
        return visible.length() > SHOWN ? visible.substring(0, SHOWN) + "..." : visible;
    }
}
