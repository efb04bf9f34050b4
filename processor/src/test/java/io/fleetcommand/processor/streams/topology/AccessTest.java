package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.core.policy.Access.patterns;
import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.START;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.AuditKind;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.policy.Access;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.policy.AccessPolicy.Rule;
import io.fleetcommand.processor.core.request.Priority;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How requests are handled that the policy allows or not. */
class AccessTest {
    private static final String BILLING = "t.commands.billing";
    private static final AccessPolicy LAUNCHES_FOR_BILLING = new AccessPolicy(List.of(new Rule(
            "launches",
            patterns("t[.]commands[.]billing"),
            patterns("rockets"),
            patterns("launch"),
            patterns(".*"),
            patterns(),
            Set.of(Priority.NORMAL),
            100)));

    private final TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void whatNoRuleAllowsIsRejectedAndPublishedForOperationsAndAudit() {
        bench.access = LAUNCHES_FOR_BILLING;
        Headers headers = new RecordHeaders().add("reply-to", "replies.one".getBytes(StandardCharsets.UTF_8));
        headers.add("correlation-id", "7".getBytes(StandardCharsets.UTF_8));
        bench.publish(command("c1").setRequester("lights").build(), headers);
        bench.work();

        String why = "no rule of the policy allows this on t.commands: launches is about other topics than t.commands";
        assertThat(bench.started).isEmpty();
        assertThat(bench.appended).isEmpty();
        for (List<TopologyBench.Outgoing> results :
                List.of(bench.read(bench.topics.commandResults()), bench.copiesFor("replies.one"))) {
            assertThat(results).singleElement().satisfies(found -> {
                CommandResult result = (CommandResult) found.value();
                assertThat(result.getRequestId()).isEqualTo("c1");
                assertThat(result.getStatus()).isEqualTo(Status.REJECTED);
                assertThat(result.getReason()).isEqualTo(Reason.POLICY);
                assertThat(result.getDetail()).isEqualTo(why);
                assertThat(result.getAttempts()).isZero();
                assertThat(found.headers()).isEqualTo(Map.of("correlation-id", "7"));
            });
        }
        assertThat(bench.read(bench.topics.failedRequests())).singleElement().satisfies(found -> {
            FailedRequest failed = (FailedRequest) found.value();
            assertThat(failed.getStatus()).isEqualTo(Status.REJECTED);
            assertThat(failed.getReason()).isEqualTo(Reason.POLICY);
            assertThat(failed.getSourceTopic()).isEqualTo("t.commands");
            assertThat(failed.getRequest()).isNotNull();
        });
        assertThat(bench.read(bench.topics.audit())).singleElement().satisfies(found -> {
            assertThat(found.key()).isEqualTo(DEVICE);
            assertThat(found.value())
                    .isEqualTo(AuditRecord.newBuilder()
                            .setKind(AuditKind.POLICY_VIOLATION)
                            .setActor("lights")
                            .setAt(START.plusMillis(0))
                            .setRequestId("c1")
                            .setDeviceId(DEVICE)
                            .setDetail(why)
                            .build());
        });
    }

    @Test
    void eachRequestTopicHasItsOwnRules() {
        bench.access = LAUNCHES_FOR_BILLING;
        bench.publish(BILLING, command("c1").build());
        bench.work();

        assertThat(bench.started).singleElement().satisfies(call -> {
            assertThat(call.request().id()).isEqualTo("c1");
            assertThat(call.request().source()).isEqualTo(BILLING);
        });
        bench.end(Outcomes.of(Kind.REFUSED));
        assertThat(bench.read(bench.topics.failedRequests())).singleElement().satisfies(found -> {
            FailedRequest failed = (FailedRequest) found.value();
            assertThat(failed.getStatus()).isEqualTo(Status.REJECTED);
            assertThat(failed.getSourceTopic()).isEqualTo(BILLING);
        });
        assertThat(bench.read(bench.topics.audit())).isEmpty();
    }

    @Test
    void aPollIsJudgedToo() {
        bench.access = LAUNCHES_FOR_BILLING;
        bench.publish(poll("p1").build());
        bench.work();

        assertThat(bench.read(bench.topics.pollResults())).singleElement().satisfies(found -> {
            PollResult result = (PollResult) found.value();
            assertThat(result.getStatus()).isEqualTo(Status.REJECTED);
            assertThat(result.getReason()).isEqualTo(Reason.POLICY);
        });
        assertThat(bench.read(bench.topics.audit())).hasSize(1);
    }

    @Test
    void whatCannotBeUnderstoodIsInvalidAndNoViolation() {
        bench.access = AccessPolicy.NONE;
        bench.publish(command("c1").setFunction("a/b").build());
        bench.pipe(bench.topics.commands(), DEVICE, new byte[] {1}, new RecordHeaders());

        assertThat(bench.read(bench.topics.failedRequests()))
                .extracting(found -> ((FailedRequest) found.value()).getStatus())
                .containsExactly(Status.INVALID, Status.INVALID);
        assertThat(bench.read(bench.topics.audit())).isEmpty();
    }

    @Test
    void aRequestIsJudgedByTheRulesOfTheMomentItIsRead() {
        bench.publish(command("c1").build());
        bench.access = AccessPolicy.NONE;
        bench.publish(command("c2").build());
        bench.work();
        assertThat(bench.started).extracting(call -> call.request().id()).containsExactly("c1");

        bench.access = Access.everything();
        bench.publish(command("c2").build());
        bench.end(Outcomes.of(Kind.DONE));
        bench.work();
        assertThat(bench.started).extracting(call -> call.request().id()).containsExactly("c1", "c2");
    }

    @Test
    void whatIsAboveItsRulesShareOfTheQuotaWaitsAndIsNeverRejected() {
        bench.access = Access.everything("launch", 20);
        bench.permitsUnderRateCap = 1;
        bench.publish(command("c1").build());
        bench.publish(command("c2").setDeviceId("e".repeat(24)).build());
        bench.publish(
                command("c3").setDeviceId("f".repeat(24)).setFunction("land").build());
        bench.work();
        assertThat(bench.started).extracting(call -> call.request().id()).containsExactlyInAnyOrder("c1", "c3");

        bench.endAll(Outcomes.of(Kind.DONE));
        bench.pass(Duration.ofSeconds(30));
        assertThat(bench.started).hasSize(2);
        assertThat(bench.read(bench.topics.failedRequests())).isEmpty();

        bench.permitsUnderRateCap = 1;
        bench.work();
        assertThat(bench.started).extracting(call -> call.request().id()).endsWith("c2");
    }

    @Test
    void aShareThatARuleIsGivenHoldsForWhatWaitsAlready() {
        bench.permits = 0;
        bench.permitsUnderRateCap = 0;
        bench.publish(command("c1").build());
        bench.work();

        bench.access = Access.everything("launch", 20);
        bench.permits = 1_000;
        bench.work();
        assertThat(bench.started).isEmpty();

        bench.access = Access.everything();
        bench.work();
        assertThat(bench.started).hasSize(1);
    }

    @Test
    void aPollThatWaitsForItsShareTakesTheValueThatAnotherHasRead() {
        bench.access = Access.everything("temperature", 20);
        bench.permitsUnderRateCap = 1;
        bench.publish(poll("p1").build());
        bench.publish(poll("p2").build());
        bench.work();
        bench.end(Outcomes.of(Kind.DONE));

        assertThat(bench.started).hasSize(1);
        assertThat(bench.read(bench.topics.pollResults())).hasSize(2);
    }

    @Test
    void aPermitUnderARateCapThatLedToNoCallIsReleased() {
        bench.access = Access.everything("launch", 20);
        bench.permitsUnderRateCap = 1;
        bench.publish(command("c1").build());
        bench.pass(Duration.ofMillis(10));
        assertThat(bench.permitsUnderRateCap).isZero();

        bench.close();
        assertThat(bench.permitsUnderRateCap).isEqualTo(1);
    }

    @Test
    void theFailureNamesBytesThatCame() {
        bench.access = AccessPolicy.NONE;
        bench.publish(command("c1").build());

        FailedRequest failed =
                (FailedRequest) bench.read(bench.topics.failedRequests()).get(0).value();
        assertThat(failed.getRawKey()).isEqualTo(ByteBuffer.wrap(DEVICE.getBytes(StandardCharsets.UTF_8)));
    }
}
