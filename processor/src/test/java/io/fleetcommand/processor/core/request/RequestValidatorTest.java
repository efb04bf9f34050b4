package io.fleetcommand.processor.core.request;

import static io.fleetcommand.processor.core.request.Requests.DEVICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.request.Action.Call;
import io.fleetcommand.processor.core.request.Action.Read;
import io.fleetcommand.text.VisibleText;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestValidatorTest {
    private static final long NOW = 1_764_322_000_000L;
    private static final String CAPITALS = "0123456789ABCDEF01234567";
    private static final long DAY = 86_400_000;
    private static final long MAX_TTL = 7 * DAY;

    private static Requests command(String id) {
        return Requests.command(id).createdAt(NOW).until(NOW + 60_000);
    }

    private static Requests poll(String id) {
        return Requests.poll(id).createdAt(NOW).until(NOW + 60_000);
    }

    private static Optional<RequestValidator.Fault> fault(Requests request, String key) {
        return RequestValidator.fault(request.made(), key, NOW, MAX_TTL);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(command(" "), DEVICE, Reason.MISSING_FIELD),
                Arguments.of(command("x".repeat(201)), DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of(command("r").from("x".repeat(201)), DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of(poll("r").replaying("x".repeat(201)), DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of(command("r").of(""), "", Reason.MISSING_FIELD),
                Arguments.of(command("r").of("kitchen"), "kitchen", Reason.ILLEGAL_NAME),
                Arguments.of(command("r").of(DEVICE + "0"), DEVICE + "0", Reason.ILLEGAL_NAME),
                Arguments.of(command("r").of(DEVICE + "\n"), DEVICE + "\n", Reason.ILLEGAL_NAME),
                Arguments.of(command("r").of(CAPITALS), CAPITALS, Reason.ILLEGAL_NAME),
                Arguments.of(command("r").of(CAPITALS), DEVICE, Reason.ILLEGAL_NAME),
                Arguments.of(command("r"), CAPITALS, Reason.KEY_MISMATCH),
                Arguments.of(command("r"), "", Reason.KEY_MISMATCH),
                Arguments.of(command("r"), DEVICE.replace('0', '1'), Reason.KEY_MISMATCH),
                Arguments.of(command("r").ofProduct("a/../b"), DEVICE, Reason.ILLEGAL_NAME),
                Arguments.of(command("r").ofProduct("rockets\r\n"), DEVICE, Reason.ILLEGAL_NAME),
                Arguments.of(command("r").asking(new Call("", "")), DEVICE, Reason.MISSING_FIELD),
                Arguments.of(command("r").asking(new Call("a/b", "")), DEVICE, Reason.ILLEGAL_NAME),
                Arguments.of(command("r").asking(new Call("launch\n", "")), DEVICE, Reason.ILLEGAL_NAME),
                Arguments.of(command("r").asking(new Call("a".repeat(65), "")), DEVICE, Reason.ILLEGAL_NAME),
                Arguments.of(command("r").asking(new Call("f", "a".repeat(1025))), DEVICE, Reason.ARGUMENT_TOO_LONG),
                Arguments.of(command("r").asking(new Call("f", "ä".repeat(513))), DEVICE, Reason.ARGUMENT_TOO_LONG),
                Arguments.of(command("r").trying(-1), DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of(command("r").notBefore(NOW + 11).until(NOW + 10), DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of(poll("r").asking(new Read("", 0)), DEVICE, Reason.MISSING_FIELD),
                Arguments.of(poll("r").asking(new Read("a b", 0)), DEVICE, Reason.ILLEGAL_NAME),
                Arguments.of(poll("r").asking(new Read("a\u200Bb", 0)), DEVICE, Reason.ILLEGAL_NAME),
                Arguments.of(poll("r").asking(new Read("v", -1)), DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of(poll("r").asking(new Read("v", Long.MIN_VALUE)), DEVICE, Reason.OUT_OF_RANGE));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void reportsTheFault(Requests request, String key, Reason reason) {
        assertThat(fault(request, key)).hasValueSatisfying(fault -> {
            assertThat(fault.reason()).isEqualTo(reason);
            assertThat(fault.detail()).isNotBlank();
        });
    }

    @Test
    void aDeviceIdInCapitalLettersIsSuggestedInSmallOnes() {
        assertThat(fault(command("r").of(CAPITALS), CAPITALS))
                .contains(new RequestValidator.Fault(
                        Reason.ILLEGAL_NAME,
                        "device_id \"" + CAPITALS
                                + "\" holds capital letters, by which it would be another device; write"
                                + " it in small letters, " + DEVICE + ", and the record's key too"));
        assertThat(fault(command("r"), CAPITALS).orElseThrow().detail()).endsWith("write it in small letters");
        assertThat(fault(command("r").of("0123456789ABCDEF0123456G"), "")
                        .orElseThrow()
                        .detail())
                .contains("is not 24 hexadecimal digits");
    }

    static Stream<Requests> good() {
        return Stream.of(
                command("r"),
                command("x".repeat(200)),
                command("Grüße 温度 🚀 \\n"),
                command("r").asking(new Call("a".repeat(64), "a".repeat(1024))),
                command("r").asking(new Call("A-z_9", "ä".repeat(512))),
                command("r").asking(new Call("f", "\u001B[2J\n\u202E\0")),
                command("r").asking(new Call("f", "Grüße 🚀 \uFFFC\uFFFE")),
                command("r").from("x".repeat(200)).replaying("x".repeat(200)),
                command("r").notBefore(NOW + 10).until(NOW + 10),
                command("r").until(NOW + MAX_TTL).notBefore(NOW + MAX_TTL),
                command("r").createdAt(NOW + MAX_TTL),
                command("r").createdAt(NOW - 3_000 * DAY).until(NOW - 2_999 * DAY),
                command("r").until(NOW - 1),
                command("r").notBefore(NOW - DAY),
                command("r").trying(Integer.MAX_VALUE),
                poll("r").asking(new Read("v", 0)),
                poll("r").asking(new Read("v", Long.MAX_VALUE)));
    }

    @ParameterizedTest
    @MethodSource("good")
    void acceptsWhatDevicesAccept(Requests request) {
        assertThat(fault(request, DEVICE)).isEmpty();
    }

    static Stream<Arguments> times() {
        long seconds = NOW / 1_000;
        long micros = NOW * 1_000;
        long nanos = NOW * 1_000_000;
        return Stream.of(
                        Arguments.of(seconds, "1970-01-21", "looks like seconds"),
                        Arguments.of(seconds + 3_600, "1970-01-21", "looks like seconds"),
                        Arguments.of(micros, "+57879-", "looks like microseconds"),
                        Arguments.of(nanos, "+55911", "looks like nanoseconds"),
                        Arguments.of(NOW + MAX_TTL + 1, "2025-12-05", ""),
                        Arguments.of(NOW + 400 * DAY, "2027-01-02", ""),
                        Arguments.of(NOW - 4_000 * DAY, "2014-12-16", ""),
                        Arguments.of(1L, "1970-01-01", ""),
                        Arguments.of(-1L, "1969-12-31", ""),
                        Arguments.of(-seconds, "1969-12-11", ""),
                        Arguments.of(-NOW, "1914-02-03", ""),
                        Arguments.of(Integer.MAX_VALUE + 0L, "1970-01-25", ""),
                        Arguments.of(Long.MAX_VALUE, "+292278994-08-17", ""),
                        Arguments.of(Long.MAX_VALUE - 1, "+292278994-08-17", ""),
                        Arguments.of(Long.MIN_VALUE, "-292275055-05-16", ""),
                        Arguments.of(Long.MIN_VALUE + 1, "-292275055-05-16", ""))
                .flatMap(time -> Stream.of("created_at", "deadline", "not_before")
                        .map(field -> Arguments.of(field, time.get()[0], time.get()[1], time.get()[2])));
    }

    private static Requests withTime(String field, long timeMs) {
        return switch (field) {
            case "created_at" -> command("r").createdAt(timeMs);
            case "deadline" -> command("r").until(timeMs);
            case "not_before" -> command("r").notBefore(timeMs);
            default -> throw new IllegalArgumentException(field);
        };
    }

    @ParameterizedTest
    @MethodSource("times")
    void anImplausibleTimeIsShownAsADateWithAHintAtItsUnit(String field, long timeMs, String date, String hint) {
        assertThat(fault(withTime(field, timeMs), DEVICE)).hasValueSatisfying(fault -> {
            assertThat(fault.reason()).isEqualTo(Reason.OUT_OF_RANGE);
            assertThat(fault.detail()).startsWith(field + " " + timeMs + " (" + date);
            if (hint.isEmpty()) {
                assertThat(fault.detail()).doesNotContain("looks like");
            } else {
                assertThat(fault.detail()).contains(timeMs + " " + hint + ", and timestamps are milliseconds");
            }
        });
    }

    @Test
    void zeroIsNoTimeExceptForNotBefore() {
        assertThat(fault(withTime("created_at", 0), DEVICE)).isPresent();
        assertThat(fault(withTime("deadline", 0), DEVICE)).isPresent();
        assertThat(fault(withTime("not_before", 0), DEVICE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 60_000, Long.MAX_VALUE})
    void theLongestTimeToLiveIsConfigurable(long maxTtlMs) {
        long latestMs = SaturatedMath.sum(NOW, maxTtlMs);
        Request last = command("r").until(latestMs).made();
        assertThat(RequestValidator.fault(last, DEVICE, NOW, maxTtlMs)).isEmpty();
        if (latestMs < Long.MAX_VALUE) {
            Request later = command("r").until(latestMs + 1).made();
            assertThat(RequestValidator.fault(later, DEVICE, NOW, maxTtlMs))
                    .hasValueSatisfying(fault -> assertThat(fault.detail()).contains("request.ttl.max.ms"));
        }
    }

    static Stream<String> unprintable() {
        return Stream.of(
                "\0",
                "\n",
                "\r",
                "\t",
                "\b",
                "\u001B[31m",
                "\u007F",
                "\u0085",
                "\u009B",
                "\u00AD",
                "\u061C",
                "\u200B",
                "\u200D",
                "\u200E",
                "\u200F",
                "\u2028",
                "\u2029",
                "\u202A",
                "\u202B",
                "\u202C",
                "\u202D",
                "\u202E",
                "\u2060",
                "\u2066",
                "\u2067",
                "\u2068",
                "\u2069",
                "\uFEFF",
                "\uFFFD",
                "\uD800",
                "\uDBFF",
                "\uDC00",
                "\uDC00\uD800",
                "\uDB40\uDC41");
    }

    @ParameterizedTest
    @MethodSource("unprintable")
    void unprintableCharactersAreRejectedInIdsAndNames(String text) {
        for (String hostile : List.of(text + "r", "r" + text, "r" + text + "r")) {
            assertThat(Stream.of(
                                    command(hostile),
                                    command("r").from(hostile),
                                    command("r").replaying(hostile),
                                    command("r").ofProduct(hostile),
                                    command("r").asking(new Call(hostile, "")),
                                    poll("r").asking(new Read(hostile, 0)),
                                    command("r").of(hostile))
                            .map(request -> fault(request, request.made().deviceId())))
                    .allSatisfy(
                            fault -> assertThat(fault.orElseThrow().reason()).isEqualTo(Reason.ILLEGAL_NAME));
            assertThat(RequestValidator.cancellationFault(hostile, DEVICE, "", DEVICE))
                    .isPresent();
            assertThat(RequestValidator.cancellationFault("r", DEVICE, hostile, DEVICE))
                    .isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uFFFD", "caf\uFFFD", "\uD83D", "\uDE00", "on\uDE00\uD83D", "\0\uFFFD"})
    void textThatWasNotUtf8IsRejectedInEveryField(String text) {
        Stream.of(
                        command(text),
                        command("r").from(text),
                        command("r").replaying(text),
                        command("r").ofProduct(text),
                        command("r").asking(new Call(text, "")),
                        command("r").asking(new Call("f", text)),
                        command("r").asking(new Call("f", text + "x".repeat(2_000))),
                        poll("r").asking(new Read(text, 0)))
                .map(request -> fault(request, DEVICE))
                .forEach(fault -> assertThat(fault).hasValueSatisfying(found -> {
                    assertThat(found.reason()).isEqualTo(Reason.ILLEGAL_NAME);
                    assertThat(found.detail()).contains("is not valid UTF-8");
                }));
        assertThat(RequestValidator.cancellationFault(text, DEVICE, "", DEVICE)
                        .orElseThrow()
                        .detail())
                .contains("is not valid UTF-8");
    }

    @Test
    void theFaultNamesThePositionAndNotTheArgument() {
        assertThat(fault(command("r").asking(new Call("f", "caf\uFFFD")), DEVICE)
                        .orElseThrow()
                        .detail())
                .startsWith("the argument is not valid UTF-8: its character 4 is U+FFFD");
    }

    @Test
    void charactersThatWouldBeEscapedAreRejectedInNames() {
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .mapToObj(point -> "r" + Character.toString(point) + "r")
                .filter(text -> !VisibleText.isVisible(text))
                .forEach(text -> assertThat(RequestValidator.cancellationFault(text, DEVICE, "", DEVICE))
                        .as(text)
                        .isPresent());
    }

    static Stream<Arguments> cancellations() {
        return Stream.of(
                Arguments.of("", DEVICE, "", DEVICE, Reason.MISSING_FIELD),
                Arguments.of(" \n", DEVICE, "", DEVICE, Reason.MISSING_FIELD),
                Arguments.of("x".repeat(201), DEVICE, "", DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of("x".repeat(65_000), DEVICE, "", DEVICE, Reason.OUT_OF_RANGE),
                Arguments.of("r", "", "", DEVICE, Reason.MISSING_FIELD),
                Arguments.of("r", "kitchen", "", "kitchen", Reason.ILLEGAL_NAME),
                Arguments.of("r", CAPITALS, "", CAPITALS, Reason.ILLEGAL_NAME),
                Arguments.of("r", DEVICE, "", CAPITALS, Reason.KEY_MISMATCH),
                Arguments.of("r", DEVICE, "", "", Reason.KEY_MISMATCH),
                Arguments.of("r", DEVICE, "", DEVICE.replace('0', '1'), Reason.KEY_MISMATCH),
                Arguments.of("r", DEVICE, "x".repeat(201), DEVICE, Reason.OUT_OF_RANGE));
    }

    @ParameterizedTest
    @MethodSource("cancellations")
    void aCancellationIsCheckedLikeARequest(
            String requestId, String deviceId, String requester, String key, Reason reason) {
        assertThat(RequestValidator.cancellationFault(requestId, deviceId, requester, key))
                .hasValueSatisfying(fault -> assertThat(fault.reason()).isEqualTo(reason));
    }

    @Test
    void aGoodCancellationPasses() {
        assertThat(RequestValidator.cancellationFault("x".repeat(200), DEVICE, "x".repeat(200), DEVICE))
                .isEmpty();
    }
}
