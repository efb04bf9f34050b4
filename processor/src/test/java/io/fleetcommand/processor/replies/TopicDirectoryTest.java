package io.fleetcommand.processor.replies;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class TopicDirectoryTest {
    private static final TopicFacts THREE = new TopicFacts.Present(3, OptionalLong.empty());
    /** A clock that stands still during real waits, so that the test itself says how long was waited. */
    private final AtomicLong nowNanos = new AtomicLong();

    private final FakeAdmin kafka = new FakeAdmin();
    private final TopicDirectory directory = new TopicDirectory(kafka.admin(), nowNanos::get);

    @Test
    void whatKafkaSaysIsRememberedForHalfAMinute() {
        kafka.hanging("a").complete(FakeAdmin.description("a", 3));

        assertThat(directory.facts("a")).contains(THREE);
        pass(29);
        assertThat(directory.facts("a")).contains(THREE);
        assertThat(kafka.asked()).isEqualTo(1);
        pass(2);
        assertThat(directory.facts("a")).contains(THREE);
        assertThat(kafka.asked()).isEqualTo(2);
    }

    @Test
    void whileKafkaDoesNotRespondWaitsAreShortAndOneLookUpIsPending() {
        KafkaFutureImpl<TopicDescription> answer = kafka.hanging("a");
        TopicDirectory real = new TopicDirectory(kafka.admin(), System::nanoTime);
        long begunNanos = System.nanoTime();
        for (int count = 0; count < 30; count++) {
            assertThat(real.facts("a")).isEmpty();
        }
        Duration waited = Duration.ofNanos(System.nanoTime() - begunNanos);

        assertThat(waited).isBetween(Duration.ofMillis(400), Duration.ofSeconds(5));
        assertThat(kafka.asked()).isEqualTo(1);
        answer.complete(FakeAdmin.description("a", 3));
        assertThat(real.facts("a")).contains(THREE);
    }

    @Test
    void noMoreThanAHundredLookUpsAreUnderWay() {
        List<KafkaFutureImpl<TopicDescription>> answers = new ArrayList<>();
        IntStream.range(0, 200).forEach(number -> answers.add(kafka.hanging("t" + number)));
        TopicDirectory real = new TopicDirectory(kafka.admin(), System::nanoTime);
        IntStream.range(0, 200).forEach(number -> real.facts("t" + number));
        assertThat(kafka.asked()).isEqualTo(100);

        answers.get(0).complete(FakeAdmin.description("t0", 3));
        real.facts("t150");
        assertThat(kafka.asked()).isEqualTo(101);
    }

    @Test
    void anAbsentTopicIsLookedUpAgainAndAnExpiredEntryRefusesNobody() {
        kafka.failing("a", new UnknownTopicOrPartitionException("none"));
        assertThat(directory.facts("a")).contains(new TopicFacts.Absent());

        pass(31);
        kafka.hanging("a");
        assertThat(directory.facts("a")).isEmpty();
    }

    @Test
    void whatIsOldIsBetterThanNothingWhileKafkaIsAway() {
        kafka.hanging("a").complete(FakeAdmin.description("a", 3));
        assertThat(directory.facts("a")).contains(THREE);
        pass(31);
        kafka.hanging("a");

        assertThat(directory.facts("a")).contains(THREE);
    }

    private void pass(int seconds) {
        nowNanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}
