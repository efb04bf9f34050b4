package io.fleetcommand.stack.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ResultTableTest {
    @Test
    void aPercentileIsTheSmallestWaitThatSoManyDoNotExceed() {
        List<Long> hundred = LongStream.rangeClosed(1, 100).boxed().toList();

        assertThat(ResultTable.percentile(hundred, 50)).isEqualTo(50);
        assertThat(ResultTable.percentile(hundred, 95)).isEqualTo(95);
        assertThat(ResultTable.percentile(List.of(7L), 50)).isEqualTo(7);
        assertThat(ResultTable.percentile(List.of(9L, 1L), 95)).isEqualTo(9);
    }
}
