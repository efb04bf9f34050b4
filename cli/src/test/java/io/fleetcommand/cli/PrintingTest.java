package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class PrintingTest {
    @Test
    void columnsAreAsWideAsTheirWidestCellAndTheLastRunsOn() {
        StringWriter out = new StringWriter();
        Table table = new Table("device", "status", "request");
        table.row("e00fce68", "FAILED", "a");
        table.row("e1", "OUTCOME_UNKNOWN", "a longer one");
        table.print(new PrintWriter(out));

        assertThat(out.toString().lines())
                .containsExactly(
                        "device    status           request",
                        "e00fce68  FAILED           a",
                        "e1        OUTCOME_UNKNOWN  a longer one");
    }

    @Test
    void ofManyTheLatestAreShownInTheirOrderAndHowManyThereWere() {
        Latest<Integer> latest = new Latest<>(2, Integer::compare);
        latest.add(3);
        latest.add(1);
        assertThat(latest.inOrder()).containsExactly(1, 3);
        assertThat(latest.count("results")).isEqualTo("2 results");

        latest.add(2);
        assertThat(latest.inOrder()).containsExactly(2, 3);
        assertThat(latest.count("results")).isEqualTo("the latest 2 of 3; --limit shows more");
    }

    @Test
    void onlyTheStatusIsColoured() {
        assertThat(Colour.coloured("door-7  SUCCEEDED  x")).isEqualTo("door-7  \u001b[32mSUCCEEDED\u001b[39m  x");
        assertThat(Colour.coloured("nothing SUCCEEDED_NOT")).isEqualTo("nothing SUCCEEDED_NOT");
    }

    @ParameterizedTest
    @CsvSource({"0, 30, 0", "15, 30, 15", "30, 30, 30", "0, 0, 30", "40, 30, 30"})
    void theBarIsAsLongAsTheWorkThatIsDone(long done, long total, int filled) {
        assertThat(Progress.bar(done, total)).isEqualTo("[" + "#".repeat(filled) + "-".repeat(30 - filled) + "]");
    }

    @Test
    void aLineForProgramsIsOneObject() throws Exception {
        String line = Json.object("id", "a\"b", "status", 3);

        assertThat(line).doesNotContain("\n");
        assertThat(new ObjectMapper().readTree(line).path("id").asText()).isEqualTo("a\"b");
    }

    @ParameterizedTest
    @CsvSource({
        "90s, 2026-11-25T07:28:30Z",
        "15m, 2026-11-25T07:15:00Z",
        "2h, 2026-11-25T05:30:00Z",
        "7d, 2026-11-18T07:30:00Z",
        "2026-11-24T00:00:00Z, 2026-11-24T00:00:00Z"
    })
    void aTimeIsSoLongAgoOrAnInstant(String text, Instant time) throws Exception {
        Instant now = Instant.parse("2026-11-25T07:30:00Z");

        assertThat(new PointInTime.Converter().convert(text).from(now)).isEqualTo(time);
    }

    @Test
    void anythingElseIsNoTime() {
        assertThatThrownBy(() -> new PointInTime.Converter().convert("yesterday"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'yesterday' is no time");
    }
}
