package io.fleetcommand.processor.streams.topology;

import static io.fleetcommand.processor.streams.topology.TopologyBench.DEVICE;
import static io.fleetcommand.processor.streams.topology.TopologyBench.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.PollResult;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.ValueType;
import io.fleetcommand.model.VariableSnapshot;
import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.ledger.Outcomes;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.processor.streams.codec.Values;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a poll has read, in its result and in the snapshot for analytics. */
class PollValuesTest {
    private final TopologyBench bench = new TopologyBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aPollGivesAResultAndASnapshot() {
        bench.publish(poll("p1").build());
        bench.work();
        bench.end(new Outcome(
                Kind.DONE,
                io.fleetcommand.processor.core.request.Reason.NONE,
                "",
                new Value.Fraction(21.5),
                200,
                0,
                true,
                5));

        assertThat(bench.read(bench.topics.pollResults())).singleElement().satisfies(record -> {
            PollResult result = (PollResult) record.value();
            assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.getVariable()).isEqualTo("temperature");
            assertThat(result.getValue()).isEqualTo(21.5);
        });
        assertThat(bench.read(bench.topics.variableSnapshots())).singleElement().satisfies(record -> {
            VariableSnapshot snapshot = (VariableSnapshot) record.value();
            assertThat(record.key()).isEqualTo(DEVICE + "/temperature");
            assertThat(snapshot.getValueType()).isEqualTo(ValueType.DOUBLE);
            assertThat(snapshot.getDoubleValue()).isEqualTo(21.5);
            assertThat(snapshot.getLongValue()).isNull();
            assertThat(snapshot.getRequestId()).isEqualTo("p1");
        });
    }

    static Stream<Arguments> values() {
        String exact = "a\0b\uFFFD\ud83d\ude00";
        return Stream.of(
                Arguments.of(new Value.Fraction(25.25), ValueType.DOUBLE, 25.25, null, null, null),
                Arguments.of(new Value.Whole(21), ValueType.LONG, 21.0, 21L, null, null),
                Arguments.of(new Value.Whole(-1), ValueType.LONG, -1.0, -1L, null, null),
                Arguments.of(new Value.Whole(Long.MAX_VALUE), ValueType.LONG, 0x1p63, Long.MAX_VALUE, null, null),
                Arguments.of(new Value.Fraction(-0.0), ValueType.DOUBLE, -0.0, null, null, null),
                Arguments.of(Value.NONE, ValueType.DOUBLE, null, null, null, null),
                Arguments.of(new Value.Truth(false), ValueType.BOOLEAN, null, null, false, null),
                Arguments.of(new Value.Text(""), ValueType.STRING, null, null, null, ""),
                Arguments.of(new Value.Text(exact), ValueType.STRING, null, null, null, exact));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueFillsTheColumnsOfItsTypeAndEveryNumberTheOneOfNumbers(
            Value value, ValueType type, Double number, Long whole, Boolean truth, String text) {
        bench.publish(poll("p1").build());
        bench.work();
        bench.end(
                new Outcome(Kind.DONE, io.fleetcommand.processor.core.request.Reason.NONE, "", value, 200, 0, true, 5));
        // From the ledger, which stores it for repeated requests.
        bench.publish(poll("p2").setMaxAgeMs(60_000).build());

        assertThat(bench.read(bench.topics.pollResults())).hasSize(2).allSatisfy(published -> {
            PollResult result = (PollResult) published.value();
            assertThat(result.getStatus()).isEqualTo(Status.SUCCEEDED);
            assertThat(result.getValueType()).isEqualTo(type);
            assertThat(result.getDoubleValue()).isEqualTo(number);
            assertThat(result.getValue()).isEqualTo(Values.toAvro(value));
        });
        assertThat(bench.read(bench.topics.variableSnapshots())).singleElement().satisfies(published -> {
            VariableSnapshot snapshot = (VariableSnapshot) published.value();
            assertThat(snapshot.getValueType()).isEqualTo(type);
            assertThat(snapshot.getDoubleValue()).isEqualTo(number);
            assertThat(snapshot.getLongValue()).isEqualTo(whole);
            assertThat(snapshot.getBooleanValue()).isEqualTo(truth);
            assertThat(snapshot.getStringValue()).isEqualTo(text == null ? null : text.replace('\0', '\uFFFD'));
            assertThat(snapshot.getStringAltered()).isEqualTo(text != null && text.contains("\0"));
        });
    }

    @Test
    void aPollThatDidNotSucceedHasNoTypeOfValue() {
        bench.publish(poll("p1").build());
        bench.work();
        bench.end(Outcomes.of(Kind.REFUSED));

        assertThat(bench.read(bench.topics.pollResults())).singleElement().satisfies(published -> {
            PollResult result = (PollResult) published.value();
            assertThat(result.getStatus()).isEqualTo(Status.REJECTED);
            assertThat(result.getValueType()).isNull();
            assertThat(result.getDoubleValue()).isNull();
        });
    }
}
