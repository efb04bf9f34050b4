package io.fleetcommand.processor.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ports.QueuePosition;
import io.fleetcommand.processor.core.ports.QueuePosition.Queue;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Requester;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LookaheadTest {
    private final Lookahead behind = new Lookahead();

    @Test
    void theFewComeInTheOrderOfTheirPlaces() {
        add(3, 1, 2);

        assertThat(behind.areOthers()).isFalse();
        assertThat(all()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void whoeverComesBehindOthersIsOneOfThem() {
        LongStream.rangeClosed(1, Lookahead.FEW + 1).forEach(this::add);
        assertThat(behind.next()).contains(place(1));
        add(Lookahead.FEW + 2);

        assertThat(behind.areOthers()).isTrue();
        assertThat(all()).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L);
        add(Lookahead.FEW + 3);
        assertThat(all()).isEmpty();
    }

    @Test
    void whoeverComesBeforeTheFewIsTheNextAndTheLastOfThemMakesRoom() {
        LongStream.rangeClosed(1, Lookahead.FEW).forEach(this::add);
        add(0);

        assertThat(behind.areOthers()).isTrue();
        assertThat(all()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void onceTheFewAreUsedUpTheNextTakeTheirPlaces() {
        LongStream.rangeClosed(1, Lookahead.FEW + 9).forEach(this::add);
        all();
        behind.refill(places(12, 11 + Lookahead.FEW));

        assertThat(behind.areOthers()).isTrue();
        add(20, 11);
        assertThat(all()).containsExactly(11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L);
    }

    @Test
    void ifFewerAreFoundThanThereIsRoomForTheyAreAll() {
        LongStream.rangeClosed(1, Lookahead.FEW + 9).forEach(this::add);
        all();
        behind.refill(places(11, 12));
        add(20);

        assertThat(behind.areOthers()).isFalse();
        assertThat(all()).containsExactly(11L, 12L, 20L);
    }

    @Test
    void ofALineThatNobodyHasLookedAtOnlyTheBacklogKnows() {
        Lookahead unknown = Lookahead.unknown();
        unknown.add(place(1));

        assertThat(unknown.areOthers()).isTrue();
        assertThat(unknown.next()).isEmpty();
    }

    private void add(long... sequences) {
        LongStream.of(sequences).mapToObj(LookaheadTest::place).forEach(behind::add);
    }

    private List<Long> all() {
        List<Long> sequences = new ArrayList<>();
        for (Optional<QueuePosition> next = behind.next(); next.isPresent(); next = behind.next()) {
            sequences.add(next.get().sequence());
        }
        return sequences;
    }

    private static List<QueuePosition> places(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(LookaheadTest::place)
                .toList();
    }

    private static QueuePosition place(long sequence) {
        return new QueuePosition(
                "device", new QueuePosition.Line(Priority.NORMAL, Queue.COMMANDS, Requester.ANY), 0, sequence);
    }
}
