package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.core.request.Requests.key;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

/** Each failure ends the topology, as it ends the stream thread; the failure counts outlive it. */
class PoisonRecordsTest {
    private final PoisonRecords poison = new PoisonRecords();

    @Test
    void aCommandThatFailsThreeTimesIsSetAsideAndAnsweredAndTheStreamGoesOn() {
        for (int time = 0; time < 3; time++) {
            fails(bench -> bench.publish(command("bug").build(), replyTo()));
        }
        try (TopologyBench bench = new TopologyBench(poison)) {
            bench.seen.fatal.add("bug");
            bench.publish(command("bug").build(), replyTo());
            bench.publish(command("good").build());
            bench.work();
            bench.end(Outcomes.of(Kind.DONE));

            assertThat(results(bench, bench.topics.commandResults()))
                    .extracting(CommandResult::getRequestId, CommandResult::getStatus, CommandResult::getReason)
                    .containsExactly(
                            tuple("bug", Status.INVALID, Reason.INTERNAL_ERROR),
                            tuple("good", Status.SUCCEEDED, Reason.NONE));
            assertThat(results(bench, bench.topics.replies()))
                    .extracting(CommandResult::getReason)
                    .containsExactly(Reason.INTERNAL_ERROR);
            FailedRequest kept = failed(bench).get(0);
            assertThat(kept.getReason()).isEqualTo(Reason.INTERNAL_ERROR);
            assertThat(kept.getRawValue().array())
                    .isEqualTo(
                            bench.bytes(bench.topics.commands(), command("bug").build()));
            assertThat(kept.getSourceOffset()).isZero();
            assertThat(bench.seen.events).contains("set aside COMMANDS");
        }
    }

    @Test
    void readingIsTriedAgainInItsPlaceAndCostsNoThread() {
        AtomicInteger failures = new AtomicInteger(2);
        try (TopologyBench bench = new TopologyBench(poison)) {
            bench.rules = () -> {
                if (failures.getAndDecrement() > 0) {
                    throw new StackOverflowError();
                }
                return bench.access;
            };
            bench.publish(command("twice").build());
            bench.work();
            assertThat(bench.started).hasSize(1);

            failures.set(3);
            bench.publish(command("thrice").build());
            assertThat(failed(bench)).extracting(FailedRequest::getReason).containsExactly(Reason.INTERNAL_ERROR);
            assertThat(results(bench, bench.topics.commandResults()))
                    .extracting(CommandResult::getRequestId)
                    .containsExactly("thrice");
        }
    }

    @Test
    void aRequestThatIsInTheLedgerGetsNoSecondAnswerWhenItsRepetitionFails() {
        try (TopologyBench bench = new TopologyBench(poison)) {
            bench.publish(command("c1").build());
            AtomicInteger failures = new AtomicInteger(3);
            bench.rules = () -> {
                if (failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("a bug");
                }
                return bench.access;
            };
            bench.publish(command("c1").build());
            assertThat(results(bench, bench.topics.commandResults())).isEmpty();
            assertThat(failed(bench))
                    .extracting(FailedRequest::getRequestId, FailedRequest::getDeviceId, FailedRequest::getAnswer)
                    .containsExactly(tuple("c1", TopologyBench.DEVICE, null));
            bench.work();
            bench.end(Outcomes.of(Kind.DONE));
            assertThat(results(bench, bench.topics.commandResults())).hasSize(1);
        }
    }

    @Test
    void aJournalEventThatFailsIsSetAsideToo() {
        JournalEvent claim = new JournalEvent.Claimed(key("bug"), 1, "theirs", TopologyBench.START.toEpochMilli());
        for (int time = 0; time < 3; time++) {
            fails(bench -> bench.journal(claim));
        }
        try (TopologyBench bench = new TopologyBench(poison)) {
            bench.seen.fatal.add("bug");
            bench.journal(claim);
            assertThat(failed(bench))
                    .extracting(FailedRequest::getReason, FailedRequest::getRequestId, FailedRequest::getDeviceId)
                    .containsExactly(tuple(Reason.INTERNAL_ERROR, "bug", TopologyBench.DEVICE));
            assertThat(bench.read(bench.topics.commandResults())).isEmpty();
        }
    }

    @Test
    void aCancellationThatFailsIsSetAsideWithItsRequestAndAnswersNothing() {
        for (int time = 0; time < 3; time++) {
            fails(PoisonRecordsTest::cancel);
        }
        try (TopologyBench bench = new TopologyBench(poison)) {
            bench.seen.fatal.add("bug");
            cancel(bench);
            assertThat(failed(bench))
                    .extracting(FailedRequest::getReason, FailedRequest::getRequestId, FailedRequest::getDeviceId)
                    .containsExactly(tuple(Reason.INTERNAL_ERROR, "bug", TopologyBench.DEVICE));
            assertThat(bench.read(bench.topics.commandResults())).isEmpty();
        }
    }

    private static void cancel(TopologyBench bench) {
        String topic = bench.topics.cancellations();
        byte[] value = bench.bytes(topic, new Cancellation("bug", TopologyBench.DEVICE, "ops", TopologyBench.START));
        bench.pipe(topic, TopologyBench.DEVICE, value, new RecordHeaders());
    }

    @Test
    void aHeldRecordThatFailsIsSetAsideWhereItWaited() {
        for (int time = 0; time < 3; time++) {
            fails(PoisonRecordsTest::holdAndRead);
        }
        try (TopologyBench bench = new TopologyBench(poison)) {
            bench.seen.fatal.add("bug");
            holdAndRead(bench);
            assertThat(failed(bench)).extracting(FailedRequest::getReason).containsExactly(Reason.INTERNAL_ERROR);
            assertThat(bench.store(HeldRecords.STORE).approximateNumEntries()).isZero();
        }
    }

    private static void holdAndRead(TopologyBench bench) {
        bench.registryAway = true;
        bench.publish(command("bug").build());
        bench.registryAway = false;
        bench.pass(Duration.ofSeconds(10));
    }

    @Test
    void aTickThatFailsCostsTheThreadAFewTimesAndThenTheProcess() {
        for (int time = 1; time < 5; time++) {
            assertThat(poison.tickFailed("0_1", new IllegalStateException(), time))
                    .isTrue();
        }
        assertThat(poison.tickFailed("0_2", new IllegalStateException(), 5)).isTrue();
        assertThat(poison.tickFailed("0_1", new IllegalStateException(), 5)).isFalse();
        assertThat(poison.tickFailed("0_1", new IllegalStateException(), 700_000))
                .isTrue();
    }

    @Test
    void aFailureInTheTickIsOneThatAnotherThreadMayNotMeet() {
        try (TopologyBench bench = new TopologyBench(poison)) {
            bench.publish(command("bug").build());
            bench.seen.fatal.add("bug");
            assertThatThrownBy(() -> bench.pass(Duration.ofMillis(10))).matches(UnexpectedFailure::isIn);
        }
    }

    @Test
    void kafkasOwnExceptionsAndARegistryThatIsAwayAreExpected() {
        assertThat(PoisonRecords.isUnexpected(new StreamsException("fenced"))).isFalse();
        assertThat(PoisonRecords.isUnexpected(new RecordTooLargeException("too large")))
                .isFalse();
        assertThat(PoisonRecords.isUnexpected(
                        new SerializationException("away", new IOException("connection refused"))))
                .isFalse();
        assertThat(PoisonRecords.isUnexpected(new SerializationException("a null in a string")))
                .isTrue();
        assertThat(PoisonRecords.isUnexpected(new StackOverflowError())).isTrue();
        assertThat(UnexpectedFailure.isIn(new StreamsException(new UnexpectedFailure("", new StackOverflowError()))))
                .isTrue();
        assertThat(UnexpectedFailure.isIn(new StreamsException("other"))).isFalse();
    }

    private void fails(Consumer<TopologyBench> action) {
        try (TopologyBench bench = new TopologyBench(poison)) {
            bench.seen.fatal.add("bug");
            assertThatThrownBy(() -> action.accept(bench)).matches(UnexpectedFailure::isIn);
        }
    }

    private static RecordHeaders replyTo() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("reply-to", "replies.one".getBytes(StandardCharsets.UTF_8));
        return headers;
    }

    private static List<CommandResult> results(TopologyBench bench, String topic) {
        return bench.read(topic).stream()
                .map(record -> (CommandResult) record.value())
                .toList();
    }

    private static List<FailedRequest> failed(TopologyBench bench) {
        return bench.read(bench.topics.failedRequests()).stream()
                .map(record -> (FailedRequest) record.value())
                .toList();
    }
}
