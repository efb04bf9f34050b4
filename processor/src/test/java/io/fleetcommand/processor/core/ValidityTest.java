package io.fleetcommand.processor.core;

import static io.fleetcommand.processor.core.Requests.DEVICE;
import static io.fleetcommand.processor.core.Requests.command;
import static io.fleetcommand.processor.core.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Action.Call;
import io.fleetcommand.processor.core.Action.Read;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValidityTest {
    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(command(" "), DEVICE, Reason.MISSING_FIELD),
                Arguments.of(command("x".repeat(201)), DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of(command("r").from("x".repeat(201)), DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of(poll("r").replaying("x".repeat(201)), DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of(command("r").of(""), "", Reason.MISSING_FIELD),
                Arguments.of(command("r").of("kitchen"), "kitchen", Reason.ILLEGAL_NAME),
                Arguments.of(command("r").of(DEVICE + "0"), DEVICE + "0", Reason.ILLEGAL_NAME),
                Arguments.of(command("r"), "", Reason.KEY_MISMATCH),
                Arguments.of(command("r"), DEVICE.replace('0', '1'), Reason.KEY_MISMATCH),
                Arguments.of(command("r").asking(new Call("", "")), DEVICE, Reason.MISSING_FIELD),
                Arguments.of(command("r").asking(new Call("a/b", "")), DEVICE, Reason.ILLEGAL_NAME),
                Arguments.of(command("r").asking(new Call("a".repeat(65), "")), DEVICE, Reason.ILLEGAL_NAME),
                Arguments.of(command("r").asking(new Call("f", "a".repeat(1025))), DEVICE, Reason.ARGUMENT_TOO_LONG),
                Arguments.of(command("r").asking(new Call("f", "ä".repeat(513))), DEVICE, Reason.ARGUMENT_TOO_LONG),
                Arguments.of(command("r").trying(-1), DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of(command("r").notBefore(11).until(10), DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of(poll("r").asking(new Read("", 0)), DEVICE, Reason.MISSING_FIELD),
                Arguments.of(poll("r").asking(new Read("a b", 0)), DEVICE, Reason.ILLEGAL_NAME),
                Arguments.of(poll("r").asking(new Read("v", -1)), DEVICE, Reason.OUT_OF_RANGE));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void saysWhatIsWrong(Requests request, String key, Reason reason) {
        assertThat(Validity.fault(request.made(), key)).hasValueSatisfying(fault -> {
            assertThat(fault.reason()).isEqualTo(reason);
            assertThat(fault.detail()).isNotBlank();
        });
    }

    static Stream<Requests> good() {
        return Stream.of(
                command("r"),
                command("x".repeat(200)),
                command("r").asking(new Call("a".repeat(64), "a".repeat(1024))),
                command("r").asking(new Call("A-z_9", "ä".repeat(512))),
                command("r").from("x".repeat(200)).replaying("x".repeat(200)),
                command("r").notBefore(10).until(10),
                poll("r").asking(new Read("v", 0)));
    }

    @ParameterizedTest
    @MethodSource("good")
    void letsPassWhatDevicesTake(Requests request) {
        assertThat(Validity.fault(request.made(), DEVICE)).isEmpty();
    }

    @Test
    void refusesAnIllegalProduct() {
        Request good = command("r").made();
        Request bad = new Request(
                good.id(),
                good.deviceId(),
                "a/../b",
                good.action(),
                good.guarantee(),
                good.lane(),
                good.deadlineMs(),
                0,
                0,
                "",
                "",
                0,
                "",
                ReplyTo.NOBODY);

        assertThat(Validity.fault(bad, DEVICE).orElseThrow().reason()).isEqualTo(Reason.ILLEGAL_NAME);
    }
}
