package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.command;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that is not valid UTF-8 never reaches a device: it would arrive altered. */
class NotUtf8Test {
    /** Placeholder in a text for the three bytes under test. */
    private static final String PLACE = "@@@";

    private final TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ff2020", // no byte of UTF-8
                "e96520", // Latin-1
                "20c080", // NUL in two bytes
                "eda080", // half of a surrogate pair
                "20e282", // the beginning of a character
            })
    void aRequestWithBytesThatAreNotUtf8IsInvalidByItsIdAndNotCalled(String bytes) {
        byte[] wrong = HexFormat.of().parseHex(bytes);
        pipe(bench.topics.commands(), command("argument").setArgument(PLACE).build(), wrong);
        pipe(bench.topics.commands(), command("function").setFunction(PLACE).build(), wrong);
        pipe(bench.topics.commands(), command("requester").setRequester(PLACE).build(), wrong);
        pipe(bench.topics.commands(), command("product").setProduct(PLACE).build(), wrong);
        pipe(bench.topics.commands(), command("replay").setReplayOf(PLACE).build(), wrong);
        pipe(bench.topics.polls(), poll("variable").setVariable(PLACE).build(), wrong);
        bench.work();

        assertThat(bench.started).isEmpty();
        assertThat(bench.read(bench.topics.commandResults()))
                .extracting(record -> (CommandResult) record.value())
                .allSatisfy(result -> {
                    assertThat(result.getStatus()).isEqualTo(Status.INVALID);
                    assertThat(result.getReason()).isEqualTo(Reason.ILLEGAL_NAME);
                    assertThat(result.getDetail()).contains("is not valid UTF-8");
                })
                .extracting(CommandResult::getRequestId)
                .containsExactly("argument", "function", "requester", "product", "replay");
        assertThat(bench.read(bench.topics.pollResults()))
                .singleElement()
                .extracting(record -> (PollResult) record.value())
                .satisfies(result -> {
                    assertThat(result.getStatus()).isEqualTo(Status.INVALID);
                    assertThat(result.getDetail()).contains("variable").contains("is not valid UTF-8");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff2020", "eda080"})
    void aCancellationWithBytesThatAreNotUtf8CancelsNothing(String bytes) {
        bench.publish(command("\uFFFD").build());
        bench.publish(command("c").build());
        pipe(
                bench.topics.cancellations(),
                new Cancellation("c", DEVICE, PLACE, TopologyBench.START),
                HexFormat.of().parseHex(bytes));
        bench.work();

        assertThat(bench.started).extracting(call -> call.request().id()).containsExactly("c");
    }

    private void pipe(String topic, Object record, byte[] wrong) {
        // Each byte as one character, so that the value keeps its length.
        String value = new String(bench.bytes(topic, record), StandardCharsets.ISO_8859_1);
        assertThat(value).contains(PLACE);
        byte[] sent = value.replace(PLACE, new String(wrong, StandardCharsets.ISO_8859_1))
                .getBytes(StandardCharsets.ISO_8859_1);
        bench.pipe(topic, DEVICE, sent, new RecordHeaders());
    }
}
