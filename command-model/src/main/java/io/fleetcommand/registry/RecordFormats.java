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
 * A cache of record formats by schema id; the least recently used are evicted. Failed lookups are cached apart for a
 * minute, so that a flood of ids costs one lookup each, and evicts no format. Concurrent lookups of one id are merged.
 * Thread-safe.
 */
final class RecordFormats {
    static final int MAX_FORMATS = 200;
    static final int MAX_FAILURES = 25_000;

    private final IntFunction<Schema> registry;
    private final Map<Integer, RecordFormat> formats = BoundedMaps.lru(MAX_FORMATS);
    private final LookupFailures failures;
    private final ConcurrentMap<Integer, CompletableFuture<RecordFormat>> lookUps = new ConcurrentHashMap<>();

    /**
     * @param registry the schema with an id; it may throw what {@link SchemaRegistry#byId} does, after a bounded time
     */
    RecordFormats(IntFunction<Schema> registry, LongSupplier nanoClock) {
        this.registry = registry;
        this.failures = new LookupFailures(MAX_FAILURES, nanoClock);
    }

    /**
     * @throws UnreadableRecord if no record of the schema can be read
     * @throws UnknownSchema if no registry has the schema
     * @throws RegistryUnavailable if a registry could not be reached
     */
    RecordFormat byId(int id) {
        RecordFormat format = formats.get(id);
        if (format != null) {
            return format;
        }
        Optional<SerializationException> failure = failures.get(id);
        if (failure.isPresent()) {
            throw failure.get();
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
            formats.put(id, format);
            result.complete(format);
        } catch (UnreadableRecord unreadable) {
            fail(id, unreadable.ofSchema(), result);
        } catch (UnknownSchema unknown) {
            fail(id, unknown, result);
        } catch (RuntimeException | Error failed) {
            result.completeExceptionally(failed);
        } finally {
            lookUps.remove(id, result);
        }
    }

    private void fail(int id, SerializationException exception, CompletableFuture<RecordFormat> result) {
        failures.put(id, exception);
        result.completeExceptionally(exception);
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
