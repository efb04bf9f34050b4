package io.fleetcommand.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewsTest {
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void aCommandIsSeenWithItsArgumentAndGuarantee() {
        DeviceCommand command = DeviceCommand.newBuilder()
                .setRequestId("c1")
                .setDeviceId("d1")
                .setFunction("setLed")
                .setArgument("on")
                .setGuarantee(Guarantee.AT_MOST_ONCE)
                .setPriority(Priority.URGENT)
                .setDeadline(AT.plusSeconds(9))
                .setRequester("billing")
                .setReplayOf("c0")
                .setCampaignId("winter")
                .setCreatedAt(AT)
                .build();

        assertThat(RequestView.of(command))
                .contains(new RequestView(
                        command,
                        "c1",
                        "d1",
                        true,
                        "setLed",
                        Optional.of("on"),
                        Guarantee.AT_MOST_ONCE,
                        Priority.URGENT,
                        Optional.of(AT.plusSeconds(9)),
                        "billing",
                        Optional.of("c0"),
                        AT,
                        Optional.of("winter")));
    }

    @Test
    void aPollIsSeenAsAtLeastOnceAndWithoutAnArgument() {
        VariablePoll poll = VariablePoll.newBuilder()
                .setRequestId("p1")
                .setDeviceId("d1")
                .setVariable("temperature")
                .setCreatedAt(AT)
                .build();

        assertThat(RequestView.of(poll))
                .contains(new RequestView(
                        poll,
                        "p1",
                        "d1",
                        false,
                        "temperature",
                        Optional.empty(),
                        Guarantee.AT_LEAST_ONCE,
                        Priority.BULK,
                        Optional.empty(),
                        "",
                        Optional.empty(),
                        AT,
                        Optional.empty()));
    }

    @Test
    void theResultOfAPollIsSeenWithItsValueAndTimes() {
        PollResult result = PollResult.newBuilder()
                .setRequestId("p1")
                .setDeviceId("d1")
                .setProduct("12345")
                .setVariable("temperature")
                .setStatus(Status.SUCCEEDED)
                .setDetail("text altered")
                .setValue(21L)
                .setAttempts(2)
                .setRequester("billing")
                .setReceivedAt(AT)
                .setFinishedAt(AT.plusMillis(7))
                .setWaitedForTurnMs(1)
                .setWaitedForQuotaMs(2)
                .setCloudMs(3)
                .setCampaignId("winter")
                .build();

        assertThat(ResultView.of(result))
                .contains(new ResultView(
                        result,
                        "p1",
                        "d1",
                        "12345",
                        false,
                        "temperature",
                        Status.SUCCEEDED,
                        Reason.NONE,
                        "text altered",
                        Optional.of(21L),
                        "billing",
                        2,
                        AT,
                        AT.plusMillis(7),
                        1,
                        2,
                        3,
                        Optional.of("winter")));
    }

    @ParameterizedTest
    @CsvSource(
            value = {"-1, true", "0, false", "1, false", "null, false"},
            nullValues = "null")
    void onlyANegativeReturnValueIsNegative(Integer returned, boolean negative) {
        CommandResult result = CommandResult.newBuilder()
                .setRequestId("c1")
                .setDeviceId("d1")
                .setProduct("12345")
                .setFunction("setLed")
                .setStatus(returned == null ? Status.FAILED : Status.SUCCEEDED)
                .setReturnValue(returned)
                .setReceivedAt(AT)
                .setFinishedAt(AT)
                .build();

        assertThat(ResultView.of(result).orElseThrow().returnedNegative()).isEqualTo(negative);
    }

    @Test
    void nothingElseIsARequestOrAResult() {
        assertThat(RequestView.of("text")).isEmpty();
        assertThat(ResultView.of(null)).isEmpty();
        assertThat(ResultView.of(DeviceCommand.newBuilder()
                        .setRequestId("c1")
                        .setDeviceId("d1")
                        .setFunction("f")
                        .setCreatedAt(AT)
                        .build()))
                .isEmpty();
    }
}
