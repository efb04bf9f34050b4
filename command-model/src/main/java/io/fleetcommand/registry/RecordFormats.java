package io.fleetcommand.registry;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The formats of records by the ids of their schemas. A format is kept while it is used. An id by which nothing can be
 * read is remembered for a minute, apart from the formats: a flood of ids asks the registry once for each, and displaces
 * nothing. Look-ups of one id at the same time are one. Thread-safe.
 */
final class RecordFormats {
    static final int MAX_FORMATS = 200;
    static final int MAX_FAILURES = 25_000;

    private final IntFunction<Schema> registry;
    private final Map<Integer, RecordFormat> known = BoundedMaps.lru(MAX_FORMATS);
    private final LookupFailures refusals;
    private final ConcurrentMap<Integer, CompletableFuture<RecordFormat>> lookUps = new ConcurrentHashMap<>();

    /** @param registry the schema with an id; it may throw what {@link SchemaRegistry#byId} does, after a bounded time */
    RecordFormats(IntFunction<Schema> registry, LongSupplier nanoClock) {
        this.registry = registry;
        this.refusals = new LookupFailures(MAX_FAILURES, nanoClock);
    }

    /**
     * @throws UnreadableRecord if nothing can be read by the schema
     * @throws UnknownSchema if no registry knows it
     * @throws RegistryUnavailable if one could not be asked
     */
    RecordFormat byId(int id) {
        RecordFormat format = known.get(id);
        if (format != null) {
            return format;
        }
        Optional<SerializationException> refusal = refusals.of(id);
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        CompletableFuture<RecordFormat> own = new CompletableFuture<>();
        CompletableFuture<RecordFormat> first = lookUps.putIfAbsent(id, own);
        if (first == null) {
            lookUp(id, own);
            first = own;
        }
        return resultOf(first);
    }

    private void lookUp(int id, CompletableFuture<RecordFormat> result) {
        try {
            RecordFormat format = RecordFormat.of(id, registry.apply(id));
            known.put(id, format);
            result.complete(format);
        } catch (UnreadableRecord unfit) {
            refuse(id, unfit.ofSchema(), result);
        } catch (UnknownSchema unknown) {
            refuse(id, unknown, result);
        } catch (RuntimeException | Error failed) {
            result.completeExceptionally(failed);
        } finally {
            lookUps.remove(id, result);
        }
    }

    private void refuse(int id, SerializationException why, CompletableFuture<RecordFormat> result) {
        refusals.remember(id, why);
        result.completeExceptionally(why);
    }

    private static RecordFormat resultOf(CompletableFuture<RecordFormat> lookUp) {
        try {
            return lookUp.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof SerializationException expected) {
                throw expected;
            }
            throw failed;
        }
    }
}
