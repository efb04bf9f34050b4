package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Answer;
import io.fleetcommand.processor.core.Entry;
import io.fleetcommand.processor.core.Fingerprint;
import io.fleetcommand.processor.core.RequestKey;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;

/** What is filed about a request under its identity: it has one from its reading until its answer is forgotten. */
sealed interface Filing {
    /** Of an entry that is not open. */
    static Filing of(Entry entry) {
        return entry.answer()
                .<Filing>map(answer -> new Answered(entry.content(), answer))
                .orElseGet(() -> new Unread(entry));
    }

    /** @param open finds the entry at a place, or null */
    Optional<Entry> entry(RequestKey key, Function<Bytes, Entry> open);

    /** It waits for its answer, and its entry is kept by its place. */
    record Open(Bytes place) implements Filing {
        @Override
        public Optional<Entry> entry(RequestKey key, Function<Bytes, Entry> open) {
            return Optional.ofNullable(open.apply(place));
        }
    }

    /** Only journal facts, or a cancellation, have been read. */
    record Unread(Entry unread) implements Filing {
        @Override
        public Optional<Entry> entry(RequestKey key, Function<Bytes, Entry> open) {
            return Optional.of(unread);
        }
    }

    /**
     * It was answered, and this is what is needed to answer it again.
     *
     * @param content empty if the request itself has not been read yet
     */
    record Answered(Optional<Fingerprint> content, Answer answer) implements Filing {
        @Override
        public Optional<Entry> entry(RequestKey key, Function<Bytes, Entry> open) {
            return Optional.of(Entry.answered(key, content, answer));
        }
    }
}
