package io.fleetcommand.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayIdTest {
    @ParameterizedTest
    @CsvSource({
        "door-7, , door-7~r1",
        "door-7~r1, door-7, door-7~r2",
        "door-7~r9, door-7~r8, door-7~r10",
        "door-7~r1, , door-7~r1~r1",
        "mine, door-7, mine~r1",
        "door-7~r0, door-7, door-7~r0~r1"
    })
    void theNextIdFollowsFromTheLast(String id, String replayOf, String next) {
        assertThat(ReplayId.of(id, Optional.ofNullable(replayOf)).next().text()).isEqualTo(next);
    }

    @Test
    void aLongIdIsCutToTheLengthThatIsAccepted() {
        String shared = "x".repeat(195);
        String first = ReplayId.of(shared + "-1abc", Optional.empty()).next().text();
        String second = ReplayId.of(shared + "-2abc", Optional.empty()).next().text();

        assertThat(first).hasSize(ReplayId.LONGEST).startsWith("xxx").endsWith("~r1");
        assertThat(second).hasSize(ReplayId.LONGEST).isNotEqualTo(first);
        assertThat(ReplayId.of(shared + "-1abc", Optional.empty()).next().text())
                .as("made again")
                .isEqualTo(first);
    }

    @Test
    void theReplaysOfALongIdStayWithinTheLengthAndApart() {
        String first = "x".repeat(200);
        List<String> ids = new ArrayList<>(List.of(first));
        for (int number = 1; number <= 12; number++) {
            ReplayId before = ReplayId.of(ids.get(number - 1), number == 1 ? Optional.empty() : Optional.of(first));
            assertThat(before).isEqualTo(new ReplayId(first, number - 1));
            assertThat(before.next().earlier()).isEqualTo(ids);
            ids.add(before.next().text());
            assertThat(ids.get(number))
                    .hasSizeLessThanOrEqualTo(ReplayId.LONGEST)
                    .endsWith("~r" + number);
        }
    }

    @Test
    void aLetterOfTwoHalvesIsNotCutInTheMiddle() {
        // A letter outside of the basic plane has two characters; somewhere in these, the cut is in one's middle.
        for (String start : new String[] {"", "x"}) {
            String id = ReplayId.of(start + "\uD83D\uDD12".repeat(99) + "abc", Optional.empty())
                    .next()
                    .text();

            assertThat(id).hasSizeBetween(ReplayId.LONGEST - 1, ReplayId.LONGEST);
            assertThat(id.codePoints().filter(point -> point >= 0xD800 && point <= 0xDFFF))
                    .isEmpty();
        }
    }
}
