package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.replyTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of a command under the test driver: from its record to its one result. */
class CommandLifeTest {
    private final TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aCommandIsClaimedCalledAndAnswered() {
        bench.publish(command("c1").setRequester("lights").setArgument("up").build());
        bench.work();

        assertThat(bench.started).singleElement().satisfies(call -> {
            assertThat(call.request().id()).isEqualTo("c1");
            assertThat(call.request().product()).isEqualTo("rockets");
            assertThat(call.attempt()).isEqualTo(1);
        });
        assertThat(bench.read(bench.topics.commandResults())).isEmpty();

        bench.end(Outcomes.of(Kind.DONE));
        assertThat(bench.read(bench.topics.commandResults())).singleElement().satisfies(record -> {
            CommandResult result = (CommandResult) record.value();
            assertThat(record.key()).isEqualTo(DEVICE);
            assertThat(result.getRequestId()).isEqualTo("c1");
            assertThat(result.getDeviceId()).isEqualTo(DEVICE);
            assertThat(result.getProduct()).isEqualTo("rockets");
            assertThat(result.getFunction()).isEqualTo("launch");
            assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.getReturnValue()).isEqualTo(42);
            assertThat(result.getHttpStatus()).isEqualTo(200);
            assertThat(result.getAttempts()).isEqualTo(1);
            assertThat(result.getRequester()).isEqualTo("lights");
            assertThat(result.getCloudMs()).isEqualTo(10);
        });
        assertThat(bench.read(bench.topics.failedRequests())).isEmpty();
        assertThat(bench.inUse).isZero();
    }

    @Test
    void anObserverSeesEveryChangeOnceAndTheEnd() {
        bench.publish(command("c1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        bench.publish(command("c1").build());
        bench.pipe(bench.topics.commands(), DEVICE, new byte[] {1}, new RecordHeaders());
        bench.close();

        assertThat(bench.seen.events)
                .containsExactly(
                        "c1 NEW READY",
                        "c1 READY CLAIMING",
                        "c1 CLAIMING CALLED",
                        "c1 CALLED FINAL",
                        "answered c1 SUCCEEDED",
                        "repeated c1",
                        "answered  INVALID",
                        "ended");
    }

    @Test
    void aRejectionGoesToTheResultsAndToOperations() {
        bench.publish(command("c1").setArgument("x").build());
        bench.work();
        bench.end(Outcomes.of(Kind.REFUSED));

        assertThat(bench.results()).singleElement().satisfies(result -> {
            assertThat(result.getStatus()).isEqualTo(Status.REJECTED);
            assertThat(result.getReason()).isEqualTo(Reason.FUNCTION_NOT_FOUND);
            assertThat(result.getHttpStatus()).isEqualTo(404);
        });
        assertThat(bench.failed()).singleElement().satisfies(failed -> {
            DeviceCommand request = (DeviceCommand) failed.getRequest();
            assertThat(request.getRequestId()).isEqualTo("c1");
            assertThat(request.getArgument()).isEqualTo("x");
            assertThat(failed.getReason()).isEqualTo(Reason.FUNCTION_NOT_FOUND);
            assertThat(((CommandResult) failed.getAnswer()).getStatus()).isEqualTo(Status.REJECTED);
            assertThat(failed.getSourceTopic()).isEqualTo(bench.topics.commands());
            assertThat(failed.getRawValue()).isNull();
        });
    }

    @Test
    void anUncertainCallIsRetriedAfterItsBackOff() {
        bench.publish(command("c1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.UNCERTAIN));
        bench.pass(Duration.ofMillis(900));
        bench.readJournal();
        assertThat(bench.started).hasSize(1);

        bench.pass(Duration.ofMillis(200));
        bench.readJournal();
        assertThat(bench.started).hasSize(2);
        assertThat(bench.started.get(1).attempt()).isEqualTo(2);
    }

    @Test
    void anUncertainAtMostOnceCallIsNotRepeated() {
        bench.publish(command("c1").setGuarantee(Guarantee.AT_MOST_ONCE).build());
        bench.work();
        bench.end(Outcomes.of(Kind.UNCERTAIN));
        bench.pass(Duration.ofMinutes(10));
        bench.readJournal();

        assertThat(bench.started).hasSize(1);
        assertThat(bench.results()).extracting(CommandResult::getStatus).containsExactly(Status.OUTCOME_UNKNOWN);
    }

    @Test
    void aRequestWhoseDeadlinePassesIsAnsweredOnceTheJournalSaysSo() {
        bench.permits = 0;
        bench.publish(
                command("c1").setDeadline(TopologyBench.START.plusSeconds(5)).build());
        bench.pass(Duration.ofSeconds(6));
        assertThat(bench.results()).isEmpty();
        assertThat(bench.appended).singleElement().isInstanceOf(JournalEvent.Terminated.class);

        bench.readJournal();
        assertThat(bench.results()).extracting(CommandResult::getStatus).containsExactly(Status.EXPIRED);
    }

    @Test
    void aCancelledRequestIsNotCalled() {
        bench.permits = 0;
        bench.publish(command("c1").build());
        Cancellation cancellation = Cancellation.newBuilder()
                .setRequestId("c1")
                .setDeviceId(DEVICE)
                .setCreatedAt(TopologyBench.START)
                .build();
        bench.pipe(
                bench.topics.cancellations(),
                DEVICE,
                bench.bytes(bench.topics.cancellations(), cancellation),
                new RecordHeaders());
        bench.readJournal();
        bench.permits = 9;
        bench.work();

        assertThat(bench.started).isEmpty();
        assertThat(bench.results()).extracting(CommandResult::getStatus).containsExactly(Status.CANCELLED);
        assertThat(bench.failed()).isEmpty();
    }

    @Test
    void aRepeatedRequestIsCalledOnceAndAnsweredToEachAsker() {
        bench.publish(command("c1").build());
        bench.publish(command("c1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        bench.work();
        assertThat(bench.started).hasSize(1);
        assertThat(bench.results()).hasSize(1);

        bench.publish(command("c1").build(), replyTo("replies.one"));
        assertThat(bench.results()).isEmpty();
        assertThat(bench.copiesFor("replies.one"))
                .singleElement()
                .satisfies(record ->
                        assertThat(((CommandResult) record.value()).getStatus()).isEqualTo(Status.SUCCEEDED));
    }

    @Test
    void anotherRequestUnderTheSameIdIsAConflict() {
        bench.publish(command("c1").build());
        bench.publish(command("c1").setArgument("other").build());

        assertThat(bench.results()).extracting(CommandResult::getStatus).containsExactly(Status.CONFLICT);
        assertThat(bench.failed()).extracting(FailedRequest::getReason).containsExactly(Reason.ID_REUSED);
        bench.work();
        assertThat(bench.started).hasSize(1);
    }

    @Test
    void anAnswerIsForgottenAnEighthAfterTheDedupeTimeAtTheLatest() {
        bench.publish(command("c1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));
        bench.pass(Duration.ofMinutes(59));
        bench.publish(command("c1").build());
        bench.work();
        assertThat(bench.started).hasSize(1);

        bench.pass(Duration.ofMinutes(9));
        bench.publish(command("c1")
                .setDeadline(TopologyBench.START.plusSeconds(9_000))
                .build());
        bench.work();
        assertThat(bench.started).hasSize(2);
    }
}
