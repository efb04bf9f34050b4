package io.fleetcommand.processor.replies;

import static io.fleetcommand.processor.replies.RelayBench.FIRST;
import static io.fleetcommand.processor.replies.RelayBench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.core.request.ReplyEnvelope;
import io.fleetcommand.processor.core.request.ReplyTo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RelaySessionTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final int QUEUE = 20;

    private final RelayBench bench = new RelayBench(QUEUE);

    @Test
    void aCopyGoesToItsTopicAndPartitionWithTheHeadersThatAreRepeated() {
        ReplyTo.Header echoed = new ReplyTo.Header("correlation-id", new byte[] {1, 2});
        bench.copy(FIRST, "r1", new ReplyTo("replies.one", 3, List.of(echoed)));
        bench.round();
        bench.round();

        assertThat(bench.producer.taken).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo("replies.one");
            assertThat(record.partition()).isEqualTo(3);
            assertThat(record.key()).isEqualTo("d".getBytes(StandardCharsets.UTF_8));
            assertThat(record.timestamp()).isNull();
            assertThat(record.headers()).hasSize(1);
            assertThat(record.headers().lastHeader("correlation-id").value()).isEqualTo(new byte[] {1, 2});
        });
        assertThat(bench.taken("replies.one")).containsExactly("r1");
        assertThat(bench.sent).isEqualTo(1);
        assertThat(bench.committed(FIRST)).isEqualTo(1);
    }

    @Test
    void noPositionMovesPastACopyThatIsNotAcknowledged() {
        List<Callback> hanging = bench.producer.hanging("replies.one");
        bench.copy("r1", "replies.one");
        bench.copy("r2", "replies.two");
        bench.round();

        assertThat(bench.committed(FIRST)).isZero();
        hanging.get(0).onCompletion(null, null);
        assertThat(bench.committed(FIRST)).isEqualTo(2);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new TopicAuthorizationException("no"), ReplyFailure.DENIED),
                Arguments.of(new UnknownTopicOrPartitionException("gone"), ReplyFailure.UNKNOWN_TOPIC),
                Arguments.of(new TimeoutException("Expiring 1 record(s)"), ReplyFailure.TIMED_OUT),
                Arguments.of(new NotLeaderOrFollowerException("no leader"), ReplyFailure.TIMED_OUT),
                Arguments.of(new NotEnoughReplicasException("one of two"), ReplyFailure.TOO_FEW_REPLICAS),
                Arguments.of(new RecordTooLargeException("long"), ReplyFailure.REFUSED),
                Arguments.of(new InvalidTimestampException("late"), ReplyFailure.REFUSED),
                Arguments.of(new KafkaException("part of a batch"), ReplyFailure.OTHER));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aCopyThatATopicDoesNotTakeIsNotedAndDoneAndOthersGoOn(RuntimeException failure, ReplyFailure cause) {
        // As a producer that has sent the record: on another thread, after send has returned.
        List<Callback> hanging = bench.producer.hanging("replies.ill");
        bench.copy("ill", "replies.ill");
        bench.copy("well", "replies.well");
        bench.round();
        bench.round();
        assertThat(bench.taken("replies.well")).containsExactly("well");

        hanging.get(0).onCompletion(null, failure);
        bench.pass(SHORT);

        assertThat(bench.givenUp).containsExactly(cause);
        assertThat(bench.notes()).singleElement().satisfies(note -> {
            assertThat(note.getRequestId()).isEqualTo("ill");
            assertThat(note.getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(note.getRequest()).isNull();
            assertThat(((CommandResult) note.getAnswer()).getRequestId()).isEqualTo("ill");
            assertThat(note.getSourceTopic()).isEqualTo("t.commands");
            assertThat(note.getSourcePartition()).isEqualTo(5);
            assertThat(note.getDetail()).contains("t.command-results", "replies.ill", cause.why(), cause.remedy());
        });
        assertThat(bench.committed(FIRST)).isEqualTo(2);
    }

    @Test
    void aTopicThatTheProducerDoesNotKnowYetIsTriedAgainAndCopiesKeepTheirOrder() {
        AtomicInteger asked = new AtomicInteger();
        bench.producer.on("replies.new", (record, callback) -> {
            if (asked.incrementAndGet() == 3) {
                bench.producer.heal("replies.new");
            }
            callback.onCompletion(null, new TimeoutException("not present in metadata after 0 ms."));
        });
        List<String> ids = copies("n", 5, "replies.new");
        bench.pass(SHORT);

        assertThat(bench.taken("replies.new")).isEqualTo(ids);
        assertThat(bench.givenUp).isEmpty();
    }

    @Test
    void aTopicThatIsNotThereIsGivenUpAfterItsTimeAndThenAtOnceUntilItIsTriedAgain() {
        notTaken("replies.gone", new TimeoutException("not present in metadata after 0 ms."));
        bench.copy("first", "replies.gone");
        bench.pass(RelayBench.TIMEOUT.minusSeconds(1));
        bench.copy("well", "replies.well");
        bench.pass(SHORT);
        assertThat(bench.givenUp).isEmpty();
        assertThat(bench.taken("replies.well")).containsExactly("well");

        bench.pass(Duration.ofSeconds(2));
        assertThat(bench.givenUp).containsExactly(ReplyFailure.UNKNOWN_TOPIC);
        long asked = asked("replies.gone");
        bench.copy("second", "replies.gone");
        bench.pass(SHORT);
        assertThat(bench.notedIds()).containsExactly("first", "second");
        assertThat(asked("replies.gone")).isEqualTo(asked);

        bench.producer.heal("replies.gone");
        bench.pass(Duration.ofSeconds(10));
        bench.copy("third", "replies.gone");
        bench.pass(SHORT);
        assertThat(bench.taken("replies.gone")).containsExactly("third");
    }

    @Test
    void aProducerWithoutMemoryIsAskedAgainAndTheTopicIsNotToBlame() {
        notTaken("replies.one", new BufferExhaustedException("full"));
        bench.copy("r1", "replies.one");
        bench.pass(RelayBench.TIMEOUT.plusSeconds(1));

        assertThat(bench.givenUp).containsExactly(ReplyFailure.TIMED_OUT);
    }

    @Test
    void afterAFailureOneCopyAtATimeTriesTheTopic() {
        List<Callback> hanging = bench.producer.hanging("replies.ill");
        bench.copy("r1", "replies.ill");
        bench.round();
        hanging.remove(0).onCompletion(null, new NotEnoughReplicasException("one of two"));
        copies("r", 5, "replies.ill");
        bench.pass(Duration.ofSeconds(4));
        assertThat(hanging).as("left alone").isEmpty();
        bench.pass(Duration.ofSeconds(2));
        assertThat(hanging).as("one probe").hasSize(1);

        bench.producer.heal("replies.ill");
        hanging.get(0).onCompletion(null, null);
        bench.pass(SHORT);
        assertThat(bench.taken("replies.ill")).hasSize(4);
    }

    @Test
    void aTopicThatDoesNotKeepUpHasABoundedQueueAndOthersHaveTheirs() {
        bench.producer.hanging("replies.slow");
        bench.copy("s", "replies.slow");
        bench.pass(Duration.ofSeconds(1));
        copies("s", 3 * QUEUE, "replies.slow");
        List<String> well = copies("w", 3 * QUEUE, "replies.well");
        bench.pass(SHORT);

        assertThat(bench.givenUp).hasSize(2 * QUEUE + 1).containsOnly(ReplyFailure.QUEUE_FULL);
        assertThat(bench.taken("replies.well")).isEqualTo(well);
    }

    @Test
    void ofManyThatDoNotKeepUpTheLargestGivesWay() {
        for (int number = 0; number < 4; number++) {
            notTaken("replies.slow" + number, new BufferExhaustedException("full"));
            bench.copy("first" + number, "replies.slow" + number);
        }
        bench.pass(Duration.ofSeconds(1));
        copies("a", QUEUE - 1, "replies.slow0");
        copies("b", QUEUE - 1, "replies.slow1");
        bench.pass(SHORT);
        int before = bench.givenUp.size();
        copies("c", 5, "replies.slow2");
        bench.pass(SHORT);

        assertThat(before).isEqualTo(2);
        assertThat(bench.givenUp).hasSize(before + 5).containsOnly(ReplyFailure.QUEUE_FULL);
        assertThat(bench.notedIds()).noneMatch(id -> id.startsWith("c"));
    }

    @Test
    void aTopicThatKeepsUpMakesReadingWaitAndLosesNothing() {
        List<Callback> acknowledgements = bench.producer.hanging("replies.busy");
        List<String> ids = copies("b", 10 * QUEUE, "replies.busy");
        bench.round();
        List<String> later = copies("l", 10 * QUEUE, "replies.busy");
        bench.round();
        assertThat(bench.consumer.paused()).isNotEmpty();
        assertThat(acknowledgements).hasSize(10 * QUEUE);

        bench.producer.heal("replies.busy");
        acknowledgements.forEach(acknowledgement -> acknowledgement.onCompletion(null, null));
        bench.pass(SHORT);
        assertThat(bench.consumer.paused()).isEmpty();
        assertThat(bench.taken("replies.busy")).isEqualTo(later);
        assertThat(bench.givenUp).isEmpty();
        assertThat(bench.committed(FIRST)).isEqualTo(ids.size() + later.size());
    }

    @Test
    void aPartitionThatIsIllIsNotItsWholeTopic() {
        List<Callback> hanging = new ArrayList<>();
        bench.producer.on("replies.shared", (record, callback) -> {
            if (record.partition() == 0) {
                hanging.add(callback);
            } else {
                callback.onCompletion(null, null);
            }
        });
        bench.copy(FIRST, "ill", new ReplyTo("replies.shared", 0, List.of()));
        bench.round();
        bench.round();
        hanging.get(0).onCompletion(null, new TimeoutException("Expiring 1 record(s)"));
        bench.copy(FIRST, "well", new ReplyTo("replies.shared", 1, List.of()));
        bench.pass(SHORT);

        assertThat(bench.notedIds()).containsExactly("ill");
        assertThat(bench.sent).isEqualTo(1);
    }

    @Test
    void whatNamesNoTopicOrOneOfOursIsNotSent() {
        bench.record(FIRST, new byte[] {1}, List.of());
        bench.copy("r1", "t.attempts");
        bench.copy("r2", "app-ledger-changelog");
        bench.copy("r3", "__consumer_offsets");
        bench.copy("r4", "no topic\n");
        bench.round();
        bench.pass(SHORT);

        assertThat(bench.producer.asked).isEmpty();
        assertThat(bench.givenUp).hasSize(5).containsOnly(ReplyFailure.MALFORMED);
        assertThat(bench.committed(FIRST)).isEqualTo(5);
    }

    @Test
    void aResultThatCannotBeReadHasNoNoteAndIsDone() {
        bench.producer.failing("replies.ill", new RecordTooLargeException("long"));
        bench.record(
                FIRST,
                new byte[] {1},
                new ReplyEnvelope(new ReplyTo("replies.ill", ReplyTo.ANY_PARTITION, List.of()), "r", "t.commands", 0)
                        .headers());
        bench.pass(SHORT);

        assertThat(bench.givenUp).containsExactly(ReplyFailure.REFUSED);
        assertThat(bench.notes()).isEmpty();
        assertThat(bench.committed(FIRST)).isEqualTo(1);
    }

    @Test
    void notesThatWaitForTheRegistryHoldUpNoCopy() {
        bench.registryIsAway = true;
        bench.producer.failing("replies.ill", new RecordTooLargeException("long"));
        copies("i", 10 * QUEUE, "replies.ill");
        List<String> well = copies("w", 10 * QUEUE, "replies.well");
        bench.pass(SHORT);

        assertThat(bench.taken("replies.well")).isEqualTo(well);
        assertThat(bench.notesToEncode).as("bounded").hasSize(bench.limits.totalMax());
        bench.notesToEncode.forEach(Runnable::run);
        assertThat(bench.committed(FIRST)).isEqualTo(20L * QUEUE);
    }

    @Test
    void aNoteThatKafkaDoesNotTakeEndsTheSessionSoThatItsCopyIsTriedAgain() {
        bench.producer.failing("replies.ill", new RecordTooLargeException("long"));
        bench.producer.hanging(bench.topics.failedRequests()).clear();
        notTaken(bench.topics.failedRequests(), new TimeoutException("not present in metadata after 0 ms."));
        bench.copy("r1", "replies.ill");

        assertThatThrownBy(() -> bench.pass(RelayBench.TIMEOUT.plusSeconds(2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("t.failed-requests");
        assertThat(bench.consumer.committed(Set.of(FIRST))).isEmpty();
    }

    @Test
    void aNoteThatMayNotBeWrittenIsLeftOut() {
        bench.producer.failing("replies.ill", new RecordTooLargeException("long"));
        List<Callback> notes = bench.producer.hanging(bench.topics.failedRequests());
        bench.copy("r1", "replies.ill");
        bench.pass(SHORT);
        notes.get(0).onCompletion(null, new TopicAuthorizationException("no"));

        assertThat(bench.committed(FIRST)).isEqualTo(1);
    }

    @Test
    void whatWasReadOfAPartitionThatMovesIsLeftToItsNewOwner() {
        List<Callback> hanging = bench.producer.hanging("replies.ill");
        bench.copy(FIRST, "mine", new ReplyTo("replies.ill", -1, List.of()));
        bench.copy(SECOND, "theirs", new ReplyTo("replies.ill", -1, List.of()));
        bench.round();
        bench.round();
        bench.consumer.rebalance(List.of(FIRST));
        hanging.forEach(callback -> callback.onCompletion(null, new RecordTooLargeException("long")));
        bench.pass(SHORT);

        assertThat(bench.notedIds()).containsExactly("mine");
        assertThat(bench.committed(FIRST)).isEqualTo(1);
    }

    @Test
    void atItsEndItWaitsForWhatIsOutstandingAndCommits() {
        bench.copy("r1", "replies.one");
        bench.round();
        bench.drain(Duration.ofSeconds(1));

        assertThat(bench.consumer.committed(Set.of(FIRST)).get(FIRST).offset()).isEqualTo(1);
    }

    /** As a producer that never blocks: the callback runs before {@code send} returns. */
    private void notTaken(String topic, RuntimeException why) {
        bench.producer.on(topic, (record, callback) -> callback.onCompletion(null, why));
    }

    private long asked(String topic) {
        return Collections.frequency(bench.producer.asked, topic);
    }

    private List<String> copies(String prefix, int count, String target) {
        List<String> ids =
                IntStream.range(0, count).mapToObj(number -> prefix + number).toList();
        ids.forEach(id -> bench.copy(id, target));
        return ids;
    }
}
