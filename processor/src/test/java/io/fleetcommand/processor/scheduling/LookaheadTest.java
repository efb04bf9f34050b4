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
    private final Lookahead lookahead = new Lookahead();

    @Test
    void returnsPositionsInTheirOrder() {
        add(3, 1, 2);

        assertThat(lookahead.hasMore()).isFalse();
        assertThat(all()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void dropsAPositionBehindOthersThatItDoesNotHold() {
        LongStream.rangeClosed(1, Lookahead.MAX_POSITIONS + 1).forEach(this::add);
        assertThat(lookahead.next()).contains(position(1));
        add(Lookahead.MAX_POSITIONS + 2);

        assertThat(lookahead.hasMore()).isTrue();
        assertThat(all()).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L);
        add(Lookahead.MAX_POSITIONS + 3);
        assertThat(all()).isEmpty();
    }

    @Test
    void aPositionBeforeTheOthersIsNextAndTheLastOneIsDropped() {
        LongStream.rangeClosed(1, Lookahead.MAX_POSITIONS).forEach(this::add);
        add(0);

        assertThat(lookahead.hasMore()).isTrue();
        assertThat(all()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void onceItIsEmptyItIsRefilled() {
        LongStream.rangeClosed(1, Lookahead.MAX_POSITIONS + 9).forEach(this::add);
        all();
        lookahead.refill(positions(12, 11 + Lookahead.MAX_POSITIONS));

        assertThat(lookahead.hasMore()).isTrue();
        add(20, 11);
        assertThat(all()).containsExactly(11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L);
    }

    @Test
    void aRefillThatIsNotFullHasNoMoreBehindIt() {
        LongStream.rangeClosed(1, Lookahead.MAX_POSITIONS + 9).forEach(this::add);
        all();
        lookahead.refill(positions(11, 12));
        add(20);

        assertThat(lookahead.hasMore()).isFalse();
        assertThat(all()).containsExactly(11L, 12L, 20L);
    }

    @Test
    void anUnknownQueueIsLeftToTheBacklog() {
        Lookahead unknown = Lookahead.unknown();
        unknown.add(position(1));

        assertThat(unknown.hasMore()).isTrue();
        assertThat(unknown.next()).isEmpty();
    }

    private void add(long... sequences) {
        LongStream.of(sequences).mapToObj(LookaheadTest::position).forEach(lookahead::add);
    }

    private List<Long> all() {
        List<Long> sequences = new ArrayList<>();
        for (Optional<QueuePosition> next = lookahead.next(); next.isPresent(); next = lookahead.next()) {
            sequences.add(next.get().sequence());
        }
        return sequences;
    }

    private static List<QueuePosition> positions(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(LookaheadTest::position)
                .toList();
    }

    private static QueuePosition position(long sequence) {
        return new QueuePosition(
                "device", new QueuePosition.Line(Priority.NORMAL, Queue.COMMANDS, Requester.ANY), 0, sequence);
    }
}
