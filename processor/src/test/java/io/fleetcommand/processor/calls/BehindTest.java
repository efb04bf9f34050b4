package io.fleetcommand.processor.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.Lane;
import io.fleetcommand.processor.core.Place;
import io.fleetcommand.processor.core.Place.Queue;
import io.fleetcommand.processor.core.Requester;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BehindTest {
    private final Behind behind = new Behind();

    @Test
    void theFewComeInTheOrderOfTheirPlaces() {
        add(3, 1, 2);

        assertThat(behind.areOthers()).isFalse();
        assertThat(all()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void whoeverComesBehindOthersIsOneOfThem() {
        LongStream.rangeClosed(1, Behind.FEW + 1).forEach(this::add);
        assertThat(behind.next()).contains(place(1));
        add(Behind.FEW + 2);

        assertThat(behind.areOthers()).isTrue();
        assertThat(all()).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L);
        add(Behind.FEW + 3);
        assertThat(all()).isEmpty();
    }

    @Test
    void whoeverComesBeforeTheFewIsTheNextAndTheLastOfThemMakesRoom() {
        LongStream.rangeClosed(1, Behind.FEW).forEach(this::add);
        add(0);

        assertThat(behind.areOthers()).isTrue();
        assertThat(all()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void onceTheFewAreUsedUpTheNextTakeTheirPlaces() {
        LongStream.rangeClosed(1, Behind.FEW + 9).forEach(this::add);
        all();
        behind.refill(places(12, 11 + Behind.FEW));

        assertThat(behind.areOthers()).isTrue();
        add(20, 11);
        assertThat(all()).containsExactly(11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L);
    }

    @Test
    void ifFewerAreFoundThanThereIsRoomForTheyAreAll() {
        LongStream.rangeClosed(1, Behind.FEW + 9).forEach(this::add);
        all();
        behind.refill(places(11, 12));
        add(20);

        assertThat(behind.areOthers()).isFalse();
        assertThat(all()).containsExactly(11L, 12L, 20L);
    }

    @Test
    void ofALineThatNobodyHasLookedAtOnlyTheBacklogKnows() {
        Behind unknown = Behind.unknown();
        unknown.add(place(1));

        assertThat(unknown.areOthers()).isTrue();
        assertThat(unknown.next()).isEmpty();
    }

    private void add(long... sequences) {
        LongStream.of(sequences).mapToObj(BehindTest::place).forEach(behind::add);
    }

    private List<Long> all() {
        List<Long> sequences = new ArrayList<>();
        for (Optional<Place> next = behind.next(); next.isPresent(); next = behind.next()) {
            sequences.add(next.get().sequence());
        }
        return sequences;
    }

    private static List<Place> places(long first, long last) {
        return LongStream.rangeClosed(first, last).mapToObj(BehindTest::place).toList();
    }

    private static Place place(long sequence) {
        return new Place("device", new Place.Line(Lane.NORMAL, Queue.COMMANDS, Requester.ANY), 0, sequence);
    }
}
