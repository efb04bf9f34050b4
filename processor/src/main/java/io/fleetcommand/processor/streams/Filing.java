package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Entry;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;

/** What is filed about a request under its id: it has one from its reading until its answer is forgotten. */
sealed interface Filing {
    /** @param open finds the entry at a place, or null */
    Optional<Entry> entry(Function<Bytes, Entry> open);

    /** It waits for its answer, and its entry is kept by its place. */
    record Open(Bytes place) implements Filing {
        @Override
        public Optional<Entry> entry(Function<Bytes, Entry> open) {
            return Optional.ofNullable(open.apply(place));
        }
    }

    /** It was answered, or was never read. */
    record Settled(Entry settled) implements Filing {
        @Override
        public Optional<Entry> entry(Function<Bytes, Entry> open) {
            return Optional.of(settled);
        }
    }
}
