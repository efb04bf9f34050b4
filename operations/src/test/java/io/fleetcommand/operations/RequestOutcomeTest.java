package io.fleetcommand.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Status;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestOutcomeTest {
    @ParameterizedTest
    @CsvSource({"-1, true", "-2147483648, true", "0, false", "1, false", ", false"})
    void onlyACommandThatReturnedANegativeNumberSaidNo(Integer returned, boolean negative) {
        CommandResult result = command(returned);
        RequestOutcome outcome = RequestOutcome.of(result).orElseThrow();

        assertThat(outcome.returnedNegative()).isEqualTo(negative);
        assertThat(outcome.value()).isEqualTo(Optional.ofNullable(returned));
        assertThat(RequestOutcome.of(Failures.record("c1", Status.SUCCEEDED)
                                .setAnswer(result)
                                .build())
                        .returnedNegative())
                .as("the same, whose reply topic could not be reached")
                .isEqualTo(negative);
    }

    @Test
    void aPollThatReadANegativeNumberIsNoRefusal() {
        RequestOutcome outcome = RequestOutcome.of(PollResult.newBuilder()
                        .setRequestId("p1")
                        .setDeviceId(Failures.DEVICE)
                        .setProduct("12345")
                        .setVariable("temperature")
                        .setStatus(Status.SUCCEEDED)
                        .setValue(-1L)
                        .setReceivedAt(Failures.CREATED_AT)
                        .setFinishedAt(Failures.FAILED_AT)
                        .build())
                .orElseThrow();

        assertThat(outcome.returnedNegative()).isFalse();
        assertThat(outcome.value()).contains(-1L);
    }

    private static CommandResult command(Integer returned) {
        return CommandResult.newBuilder()
                .setRequestId("c1")
                .setDeviceId(Failures.DEVICE)
                .setProduct("12345")
                .setFunction("unlock")
                .setStatus(returned == null ? Status.FAILED : Status.SUCCEEDED)
                .setReturnValue(returned)
                .setReceivedAt(Failures.CREATED_AT)
                .setFinishedAt(Failures.FAILED_AT)
                .build();
    }
}
