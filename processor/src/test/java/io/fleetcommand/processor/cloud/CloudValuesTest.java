package io.fleetcommand.processor.cloud;

import static io.fleetcommand.processor.cloud.CloudBench.response;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.request.Value;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The value of a variable, by the JSON of the answer. */
class CloudValuesTest {
    private final CloudBench bench = new CloudBench();

    @AfterEach
    void close() {
        bench.close();
    }

    static Stream<Arguments> variables() {
        return Stream.of(
                Arguments.of("21", new Value.Whole(21)),
                Arguments.of("25.25", new Value.Fraction(25.25)),
                Arguments.of("2.0", new Value.Fraction(2)),
                Arguments.of("-1", new Value.Whole(-1)),
                Arguments.of("-0", new Value.Whole(0)),
                Arguments.of("-0.0", new Value.Fraction(-0.0)),
                Arguments.of("1e3", new Value.Fraction(1_000)),
                Arguments.of("1E-400", new Value.Fraction(0)),
                Arguments.of("9007199254740993", new Value.Whole(9_007_199_254_740_993L)),
                Arguments.of("9223372036854775807", new Value.Whole(Long.MAX_VALUE)),
                Arguments.of("9223372036854775808", new Value.Fraction(9.223372036854775807e18)),
                Arguments.of("1.7976931348623157e308", new Value.Fraction(Double.MAX_VALUE)),
                Arguments.of("1" + "0".repeat(400), Value.NONE),
                Arguments.of("1e400", Value.NONE),
                Arguments.of("-1e999", Value.NONE),
                Arguments.of("null", Value.NONE),
                Arguments.of("NaN", Value.NONE),
                Arguments.of("Infinity", Value.NONE),
                Arguments.of("-Infinity", Value.NONE),
                Arguments.of("\"NaN\"", new Value.Text("NaN")),
                Arguments.of("\"null\"", new Value.Text("null")),
                Arguments.of("\"a\\u0000b\"", new Value.Text("a\0b")),
                Arguments.of("\"\\ud83d\\ude00\"", new Value.Text("\ud83d\ude00")),
                Arguments.of("false", new Value.Truth(false)));
    }

    @ParameterizedTest
    @MethodSource("variables")
    void aVariableHolds(String json, Value value) throws Exception {
        bench.server.enqueue(response(200, "{\"name\":\"temperature\",\"result\":" + json + "}"));

        Outcome outcome = bench.call(poll("p"));

        assertThat(outcome.kind()).isEqualTo(Kind.DONE);
        assertThat(outcome.value()).isEqualTo(value);
        assertThat(outcome.detail()).isEmpty();
    }

    @Test
    void halfACharacterIsReplacedAndTheDetailSaysSo() throws Exception {
        bench.server.enqueue(response(200, "{\"result\":\"a\\ud83db\\ude00\"}"));

        Outcome outcome = bench.call(poll("p"));

        assertThat(outcome.value()).isEqualTo(new Value.Text("a\ufffdb\ufffd"));
        assertThat(outcome.detail()).contains("replaced");
    }
}
