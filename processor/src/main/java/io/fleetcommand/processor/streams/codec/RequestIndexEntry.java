package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.request.Fingerprint;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;

/** The index entry of a request by its identity, from the first read of the request until its result is forgotten. */
public sealed interface RequestIndexEntry {
    /** The index entry of a ledger entry that is not open. */
    static RequestIndexEntry of(LedgerEntry entry) {
        return entry.result()
                .<RequestIndexEntry>map(result -> new Final(entry.content(), result))
                .orElseGet(() -> new Unread(entry));
    }

    /** @param open looks up an open ledger entry by its queue key; null if there is none */
    Optional<LedgerEntry> entry(RequestKey key, Function<Bytes, LedgerEntry> open);

    /** An open request; its ledger entry is stored by its queue position. */
    record Pending(Bytes positionKey) implements RequestIndexEntry {
        @Override
        public Optional<LedgerEntry> entry(RequestKey key, Function<Bytes, LedgerEntry> open) {
            return Optional.ofNullable(open.apply(positionKey));
        }
    }

    /** Only journal events, or a cancellation, have been read so far; the request itself has not. */
    record Unread(LedgerEntry unread) implements RequestIndexEntry {
        @Override
        public Optional<LedgerEntry> entry(RequestKey key, Function<Bytes, LedgerEntry> open) {
            return Optional.of(unread);
        }
    }

    /**
     * An answered request, with what is needed to repeat its result.
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
