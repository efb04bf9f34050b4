package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.request.Fingerprint;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;

/** What is filed about a request under its identity: it has one from its reading until its answer is forgotten. */
public sealed interface RequestIndexEntry {
    /** Of an entry that is not open. */
    static RequestIndexEntry of(LedgerEntry entry) {
        return entry.result()
                .<RequestIndexEntry>map(result -> new Final(entry.content(), result))
                .orElseGet(() -> new Unread(entry));
    }

    /** @param open finds the entry at a place, or null */
    Optional<LedgerEntry> entry(RequestKey key, Function<Bytes, LedgerEntry> open);

    /** It waits for its answer, and its entry is kept by its place. */
    record Pending(Bytes place) implements RequestIndexEntry {
        @Override
        public Optional<LedgerEntry> entry(RequestKey key, Function<Bytes, LedgerEntry> open) {
            return Optional.ofNullable(open.apply(place));
        }
    }

    /** Only journal facts, or a cancellation, have been read. */
    record Unread(LedgerEntry unread) implements RequestIndexEntry {
        @Override
        public Optional<LedgerEntry> entry(RequestKey key, Function<Bytes, LedgerEntry> open) {
            return Optional.of(unread);
        }
    }

    /**
     * It was answered, and this is what is needed to answer it again.
     *
     * @param content empty if the request itself has not been read yet
     */
    record Final(Optional<Fingerprint> content, Result result) implements RequestIndexEntry {
        @Override
        public Optional<LedgerEntry> entry(RequestKey key, Function<Bytes, LedgerEntry> open) {
            return Optional.of(LedgerEntry.finished(key, content, result));
        }
    }
}
