package io.fleetcommand.systemtest.bench.abuse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Requests that name reply topics which are ill, or not theirs. */
final class ReplyTopicAbuse {
    private static final int REQUESTS = 200;
    /** Long enough for a first result to be copied. */
    private static final Duration FIRST_USE = Duration.ofSeconds(3);

    private ReplyTopicAbuse() {}

    static void missing(Abuser abuser) {
        for (int number = 0; number < REQUESTS; number++) {
            ask(abuser, number, Abuser.REPLIES + "missing-" + number, Map.of());
        }
    }

    static void deletedAfterFirstUse(Abuser abuser) throws InterruptedException {
        String topic = Abuser.REPLIES + "deleted";
        abuser.createTopic(topic, Map.of());
        askAll(abuser, 20, topic, Map.of());
        abuser.flush();
        abuser.last(FIRST_USE);
        abuser.deleteTopic(topic);
        askAll(abuser, REQUESTS, topic, Map.of());
    }

    static void refusesTimes(Abuser abuser) {
        ill(abuser, "times", Map.of("message.timestamp.before.max.ms", "1", "message.timestamp.after.max.ms", "1"));
    }

    static void refusesSizes(Abuser abuser) {
        ill(abuser, "sizes", Map.of("max.message.bytes", "100"));
    }

    static void tooFewInSync(Abuser abuser) {
        ill(abuser, "in-sync", Map.of("min.insync.replicas", "2"));
    }

    private static void ill(Abuser abuser, String name, Map<String, String> config) {
        abuser.createTopic(Abuser.REPLIES + name, config);
        askAll(abuser, REQUESTS, Abuser.REPLIES + name, Map.of());
    }

    /** With the other caller's correlation id, so that it takes the result for its own. */
    static void ofAnotherCaller(Abuser abuser) {
        askAll(abuser, REQUESTS, AbusedStack.INNOCENT_REPLIES, Map.of("correlation-id", bytes("innocent-1")));
    }

    static void ofTheProcessor(Abuser abuser) {
        List<String> topics = List.of(
                Abuser.TOPICS.attempts(),
                Abuser.TOPICS.commands(),
                Abuser.TOPICS.commandResults(),
                Abuser.TOPICS.failedRequests(),
                Abuser.TOPICS.quota(),
                Abuser.TOPICS.audit(),
                AbusedStack.INNOCENT,
                "fleet-processor-entries-changelog",
                "__consumer_offsets",
                "__transaction_state");
        for (int number = 0; number < REQUESTS; number++) {
            ask(abuser, number, topics.get(number % topics.size()), Map.of());
        }
    }

    static void partitionsOutOfRange(Abuser abuser) {
        String topic = Abuser.REPLIES + "narrow";
        abuser.createTopic(topic, Map.of());
        for (int partition : List.of(1, 99, -7, Integer.MAX_VALUE, Integer.MIN_VALUE)) {
            byte[] wanted = ByteBuffer.allocate(Integer.BYTES).putInt(partition).array();
            askAll(abuser, REQUESTS / 5, topic, Map.of("kafka_replyPartition", wanted));
        }
    }

    private static void askAll(Abuser abuser, int count, String topic, Map<String, byte[]> more) {
        for (int number = 0; number < count; number++) {
            ask(abuser, number, topic, more);
        }
    }

    private static void ask(Abuser abuser, int number, String topic, Map<String, byte[]> more) {
        String device = abuser.device(number);
        Map<String, byte[]> headers = new HashMap<>(more);
        headers.put("reply-to", bytes(topic));
        String id = "reply-" + topic + "-" + number + "-" + abuser.random().nextLong();
        abuser.send(
                Abuser.COMMANDS,
                device,
                abuser.bytes(Abuser.COMMANDS, abuser.command(id, device).build()),
                headers);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
