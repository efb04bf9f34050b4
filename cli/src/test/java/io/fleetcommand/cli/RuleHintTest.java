package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.access.PolicyFile;
import io.fleetcommand.processor.core.AccessRules;
import io.fleetcommand.processor.core.Action;
import io.fleetcommand.processor.core.Lane;
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

        AccessRules rules =
                PolicyFile.parse("policy.yaml", ("rules:\n  " + rule + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(allows(rules, TOPIC, function, Lane.URGENT)).isTrue();
        assertThat(allows(rules, "fleet-commands", function, Lane.URGENT)).isFalse();
        assertThat(allows(rules, TOPIC, function + "x", Lane.URGENT)).isFalse();
        assertThat(allows(rules, TOPIC, function, Lane.NORMAL)).isFalse();
    }

    @Test
    void whatWasRejectedForAnotherReasonNeedsNoRule() {
        assertThat(RuleHint.of(refused("setLed", Reason.OVERLOADED), TOPIC, Priority.NORMAL))
                .isEmpty();
    }

    private static boolean allows(AccessRules rules, String topic, String function, Lane lane) {
        return rules.decide(topic, "12345", new Action.Call(function, "on"), lane)
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
