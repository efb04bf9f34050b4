package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.AuditKind;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Finished;
import io.fleetcommand.model.OutcomeKind;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.operations.Filter;
import io.fleetcommand.operations.FoundRecord;
import io.fleetcommand.operations.RequestOutcome;
import io.fleetcommand.operations.RequestTimeline;
import io.fleetcommand.operations.status.Instances.Heard;
import io.fleetcommand.operations.status.StatusReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

/** Whatever stands in a field that somebody else wrote, a terminal shows it and obeys nothing of it. */
class HostileTextTest {
    private static final Instant NOW = Instant.parse("2026-11-25T07:30:00Z");
    private static final Pattern OBEYED = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Every control character, what turns the writing round, what is not seen, halves of pairs; and a very long one. */
    private static final List<String> HOSTILE = Stream.concat(
                    Stream.concat(
                                    IntStream.rangeClosed(0, 0x1f).boxed(),
                                    Stream.concat(
                                            IntStream.rangeClosed(0x7f, 0x9f).boxed(),
                                            Stream.of(
                                                    0x61c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b,
                                                    0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff,
                                                    0xd800, 0xdc00, 0xe0001)))
                            .map(point -> "a" + new String(new int[] {point}, 0, 1) + "b"),
                    Stream.of(
                            "\u001b[2J\u001b[H\u001b]0;title\u0007",
                            "\r\nSUCCEEDED",
                            "id\n2026-11-25T07:30:00Z  SUCCEEDED  forged",
                            "%s%n%d\u009b31m",
                            "\u001b[31m".repeat(2_000)))
            .toList();

    private record Printing(String name, Function<String, String> print, boolean json) {}

    private static final List<Printing> PRINTINGS = List.of(
            new Printing("a table's cells", text -> table(text, text, text), false),
            new Printing("fields of a command's result", text -> fields(result(text)), false),
            new Printing("fields of a poll's result", text -> fields(pollResult(text)), false),
            new Printing("fields of a failed request", text -> fields(failed(text)), false),
            new Printing(
                    "a line of watch",
                    text -> WatchCommand.line(RequestOutcome.of(result(text)).orElseThrow()),
                    false),
            new Printing(
                    "a line of watch, failed",
                    text -> WatchCommand.line(RequestOutcome.of(failed(text)).orElseThrow()),
                    false),
            new Printing("the story", text -> story(text, false), false),
            new Printing("the story for programs", text -> story(text, true), true),
            new Printing("a filter", text -> filter(text) + "\n", true),
            new Printing("the instances' status", text -> report(text).table(), false),
            new Printing("an error", text -> failing(text, "run"), false),
            new Printing("an error with its trace", text -> failing(text, "--debug", "run"), false),
            new Printing("a wrong command line", text -> misused("watch", "--count", text), false),
            new Printing("an unknown option", text -> misused("audit", "--x" + text), false),
            new Printing("an object for programs", text -> Json.object("id", text, "other", text) + "\n", true),
            new Printing("a result for programs", text -> Json.of(result(text)) + "\n", true),
            new Printing("a failed request for programs", text -> Json.of(failed(text)) + "\n", true),
            new Printing("the status for programs", text -> report(text).json() + "\n", true));

    @TestFactory
    Stream<DynamicTest> nothingThatATerminalObeysIsPrinted() {
        return PRINTINGS.stream()
                .map(printing -> DynamicTest.dynamicTest(
                        printing.name(),
                        () -> HOSTILE.forEach(text -> {
                            String printed = printing.print().apply(text);
                            assertThat(printed).isNotEmpty();
                            for (String line : printed.split("\n", -1)) {
                                assertThat(line)
                                        .as(() -> printing.name() + " of " + Json.safe(text))
                                        .doesNotContainPattern(OBEYED);
                                if (!printing.json()) {
                                    assertThat(line).hasSizeLessThan(25_000);
                                }
                            }
                            assertThat(printed.split("\n", -1))
                                    .as("as many lines as of a harmless text")
                                    .hasSameSizeAs(
                                            printing.print().apply("harmless").split("\n", -1));
                        })));
    }

    @TestFactory
    Stream<DynamicTest> whatIsForProgramsIsStillTheTextThatWasThere() {
        return HOSTILE.stream()
                .map(text -> DynamicTest.dynamicTest(
                        Json.safe(text.substring(0, Math.min(40, text.length()))),
                        () -> assertThat(JSON.readTree(Json.object("id", text))
                                        .path("id")
                                        .asText())
                                .isEqualTo(text)));
    }

    private static String table(String... cells) {
        return written(out -> {
            Table table = new Table("one", "two", "three");
            table.row((Object[]) cells);
            table.print(out);
        });
    }

    private static String fields(SpecificRecord record) {
        return written(out -> Fields.print(record, out));
    }

    private static String story(String text, boolean json) {
        List<SpecificRecord> records = List.of(
                command(text),
                poll(text),
                result(text),
                pollResult(text),
                failed(text),
                new Cancellation(text, text, text, NOW),
                AuditRecord.newBuilder()
                        .setKind(AuditKind.REPLAY)
                        .setActor(text)
                        .setAt(NOW)
                        .setRequestId(text)
                        .setDeviceId(text)
                        .setNewRequestId(text)
                        .setDetail(text)
                        .build(),
                AuditRecord.newBuilder()
                        .setKind(AuditKind.OTHER)
                        .setActor(text)
                        .setAt(NOW)
                        .setDetail(text)
                        .build(),
                new AttemptEvent(text, text, 1, text, text, new Claimed(NOW)),
                new AttemptEvent(
                        text,
                        text,
                        1,
                        text,
                        text,
                        Finished.newBuilder()
                                .setOutcome(OutcomeKind.DONE)
                                .setCounted(true)
                                .setValue(text)
                                .setDetail(text)
                                .setFinishedAt(NOW)
                                .build()));
        List<FoundRecord> found = records.stream()
                .map(record -> new FoundRecord("topic", 0, 0, NOW, record))
                .toList();
        return written(out -> AuditCommand.print(RequestTimeline.of(text, found).lines(), json, out));
    }

    private static Filter filter(String text) {
        Set<String> set = Set.of(text);
        return new Filter(set, Set.of(), Set.of(), set, set, set, set, Optional.empty(), Optional.empty());
    }

    private static StatusReport report(String text) {
        ObjectNode status = JSON.createObjectNode();
        status.put("instance", text).put("state", text).put("trouble", text).put("breaker", text);
        status.putObject("token").put("version", text);
        return new StatusReport(List.of(
                new Heard("http://one", Optional.of(status), ""), new Heard("http://two", Optional.empty(), text)));
    }

    private static String failing(String text, String... arguments) {
        return executed(
                arguments,
                line -> line.addSubcommand("run", CommandLine.Model.CommandSpec.wrapWithoutInspection((Runnable) () -> {
                    throw new IllegalStateException(text, new IllegalArgumentException(text));
                })));
    }

    private static String misused(String... arguments) {
        return executed(arguments, line -> {});
    }

    private static String executed(String[] arguments, java.util.function.Consumer<CommandLine> change) {
        StringWriter err = new StringWriter();
        CommandLine line = FleetCommandLine.create();
        change.accept(line);
        line.setOut(new PrintWriter(err, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return err.toString();
    }

    private static String written(java.util.function.Consumer<PrintWriter> printing) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        printing.accept(writer);
        writer.flush();
        return out.toString();
    }

    private static DeviceCommand command(String text) {
        return DeviceCommand.newBuilder()
                .setRequestId(text)
                .setDeviceId(text)
                .setProduct(text)
                .setFunction(text)
                .setArgument(text)
                .setRequester(text)
                .setReplayOf(text)
                .setCreatedAt(NOW)
                .build();
    }

    private static VariablePoll poll(String text) {
        return VariablePoll.newBuilder()
                .setRequestId(text + "other")
                .setDeviceId(text)
                .setVariable(text)
                .setRequester(text)
                .setReplayOf(text)
                .setCreatedAt(NOW)
                .build();
    }

    private static CommandResult result(String text) {
        return CommandResult.newBuilder()
                .setRequestId(text)
                .setDeviceId(text)
                .setProduct(text)
                .setFunction(text)
                .setStatus(Status.FAILED)
                .setDetail(text)
                .setRequester(text)
                .setReceivedAt(NOW)
                .setFinishedAt(NOW)
                .build();
    }

    private static PollResult pollResult(String text) {
        return PollResult.newBuilder()
                .setRequestId(text + "other")
                .setDeviceId(text)
                .setProduct(text)
                .setVariable(text)
                .setStatus(Status.SUCCEEDED)
                .setValue(text)
                .setDetail(text)
                .setRequester(text)
                .setReceivedAt(NOW)
                .setFinishedAt(NOW)
                .build();
    }

    private static FailedRequest failed(String text) {
        return FailedRequest.newBuilder()
                .setRequestId(text)
                .setDeviceId(text)
                .setStatus(Status.INVALID)
                .setReason(Reason.UNREADABLE)
                .setDetail(text)
                .setRequest(command(text))
                .setAnswer(result(text))
                .setRawKey(ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .setRawValue(ByteBuffer.wrap(new byte[] {0x1b, '[', (byte) 0x9b, 0x7f, '\n'}))
                .setSourceTopic(text)
                .setSourcePartition(0)
                .setFailedAt(NOW)
                .build();
    }
}
