package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.policy.PolicyFile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleHintTest {
    private static final String TOPIC = "fleet.commands";

    @ParameterizedTest
    @ValueSource(strings = {"setLed", "it's [odd]: {a.b} #1 \\d+", "größe"})
    void theRuleAllowsWhatWasRefusedAndNothingElse(String function) {
        String rule = RuleHint.of(refused(function, Reason.POLICY), TOPIC, Priority.URGENT)
                .orElseThrow();

        AccessPolicy policy =
                PolicyFile.parse("policy.yaml", ("rules:\n  " + rule + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(allows(policy, TOPIC, function, Priority.URGENT)).isTrue();
        assertThat(allows(policy, "fleet-commands", function, Priority.URGENT)).isFalse();
        assertThat(allows(policy, TOPIC, function + "x", Priority.URGENT)).isFalse();
        assertThat(allows(policy, TOPIC, function, Priority.NORMAL)).isFalse();
    }

    @Test
    void whatWasRejectedForAnotherReasonNeedsNoRule() {
        assertThat(RuleHint.of(refused("setLed", Reason.OVERLOADED), TOPIC, Priority.NORMAL))
                .isEmpty();
    }

    private static boolean allows(AccessPolicy policy, String topic, String function, Priority priority) {
        return policy.decide(
                        topic,
                        "12345",
                        new Action.Call(function, "on"),
                        io.fleetcommand.processor.core.request.Priority.valueOf(priority.name()))
                .isAllowed();
    }

    private static CommandResult refused(String function, Reason reason) {
        Instant now = Instant.EPOCH;
        return CommandResult.newBuilder()
                .setRequestId("c1")
                .setDeviceId("d1")
                .setProduct("12345")
                .setFunction(function)
                .setStatus(Status.REJECTED)
                .setReason(reason)
                .setReceivedAt(now)
                .setFinishedAt(now)
                .build();
    }
}
