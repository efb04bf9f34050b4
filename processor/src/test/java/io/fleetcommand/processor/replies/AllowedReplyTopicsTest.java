package io.fleetcommand.processor.replies;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.request.ReplyTo;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedReplyTopicsTest {
    private static final Topics TOPICS = new Topics("fleet.");

    private final FakeAdmin kafka = new FakeAdmin();
    private final AtomicLong nowNanos = new AtomicLong();
    private final AllowedReplyTopics everything = allowing(".*");

    @Test
    void nobodyWhoNamesNoTopicIsRefused() {
        assertThat(everything.refusal("fleet.commands", ReplyTo.NOBODY)).isEmpty();
        assertThat(kafka.asked()).isZero();
    }

    @Test
    void ourOwnTopicsAreRefusedWhateverThePolicySays() {
        assertThat(TOPICS.all())
                .hasSizeGreaterThan(10)
                .allSatisfy(topic -> assertThat(refusal(topic)).contains("belongs to the processor"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "commands.billing",
                "other-quota",
                "fleet-processor-open-changelog",
                "fleet-processor-x-repartition",
                "__consumer_offsets",
                "__transaction_state",
                "_schemas"
            })
    void requestTopicsChangelogsAndInternalOnesAreRefusedToo(String topic) {
        assertThat(refusal(topic)).contains("belongs to the processor or to Kafka itself");
        assertThat(kafka.asked()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a b", "a/b", "a\n\u001b[31m", "ä"})
    void whatIsNoNameIsRefusedAndShownWithoutControlCharacters(String topic) {
        assertThat(refusal(topic)).contains("is no name of a topic").matches("[\\x20-\\x7e]*");
        assertThat(refusal("x".repeat(250))).contains("xxx...").hasSizeLessThan(250);
    }

    @Test
    void thePolicyDecidesByTheRequestsTopic() {
        AllowedReplyTopics allowed = new AllowedReplyTopics(
                reserved(),
                (requestTopic, replyTopic) -> requestTopic.equals("commands.billing") && replyTopic.equals("a"),
                new TopicDirectory(kafka.admin(), nowNanos::get));
        kafka.topic("a", 1, 1_000_000);

        assertThat(allowed.refusal("commands.billing", to("a", -1))).isEmpty();
        assertThat(allowed.refusal("fleet.commands", to("a", -1)))
                .contains("the policy does not allow requests on fleet.commands to name the reply topic a");
        assertThat(allowed.refusal("commands.billing", to("b", -1))).isPresent();
    }

    @Test
    void whatKafkaSaysIsUnfitIsRefused() {
        kafka.topic("a", 3, 1_000_000);
        kafka.topic("short", 3, 300);
        kafka.failing("absent", new UnknownTopicOrPartitionException("none"));
        kafka.failing("hidden", new TopicAuthorizationException("no"));

        assertThat(everything.refusal("fleet.commands", to("a", 2))).isEmpty();
        assertThat(everything.refusal("fleet.commands", to("a", -1))).isEmpty();
        assertThat(everything.refusal("fleet.commands", to("a", 3)).orElse("")).contains("has 3 partitions", "is 3");
        assertThat(refusal("short")).contains("max.message.bytes");
        assertThat(refusal("absent")).contains("does not exist");
        assertThat(refusal("hidden")).contains("closed to the processor");
    }

    @Test
    void whatKafkaDoesNotSayIsAccepted() {
        kafka.failing("a", new TimeoutException("away"));
        kafka.topicOfHiddenSettings("b", 1);

        assertThat(everything.refusal("fleet.commands", to("a", 7))).isEmpty();
        assertThat(everything.refusal("fleet.commands", to("b", 0))).isEmpty();
    }

    private String refusal(String topic) {
        return everything
                .refusal("fleet.commands", to(topic, ReplyTo.ANY_PARTITION))
                .orElse("");
    }

    private AllowedReplyTopics allowing(String pattern) {
        return new AllowedReplyTopics(
                reserved(),
                (requestTopic, replyTopic) -> replyTopic.matches(pattern),
                new TopicDirectory(kafka.admin(), nowNanos::get));
    }

    private static ReservedTopics reserved() {
        Set<String> own = new HashSet<>(TOPICS.all());
        own.addAll(List.of("commands.billing", "other-quota"));
        return new ReservedTopics(own, "fleet-processor");
    }

    private static ReplyTo to(String topic, int partition) {
        return new ReplyTo(topic, partition, List.of());
    }
}
