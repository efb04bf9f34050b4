package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.ReadFailure;
import io.fleetcommand.registry.WireFormat;
import io.fleetcommand.service.Backoff;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.DoubleSupplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks which schema ids can be decoded. A record is decoded on its stream thread only once its schema is cached; a
 * schema that is not cached is fetched in the background, so that no stream thread waits for the schema registry.
 *
 * <p>Look-ups are scheduled round-robin over topics, with a bounded number of pending ids per topic: a topic full of
 * unknown ids delays only its own records. Thread-safe: shared by all stream threads, guarded by {@code this}.
 */
public final class SchemaLookups {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaLookups.class);
    private static final int HEADER_BYTES = 1 + Integer.BYTES;

    /**
     * Smaller than the schema cache of the deserializer, so that no schema that is readable here has to be fetched
     * there: this holds for our deserializer and for Confluent's, which caches 1,000. Both evict the schema that was
     * least recently used to decode; the margin of 50 covers schemas that threads are decoding with at the moment,
     * whose order may differ there.
     */
    public static final int MAX_READABLE = AvroDeserializer.MAX_SCHEMAS - 50;

    private static final int MAX_REFUSED = 10_000;
    private static final int MAX_FAILED = 1_000;
    /** Pending and running look-ups per topic. */
    private static final int MAX_PER_TOPIC = 100;

    /**
     * Rate limit on failed look-ups, per topic: each id that proves useless costs {@code COST_OF_REFUSAL}, and a topic
     * that owes {@code MAX_OWED} starts no look-up until part of it has been paid off by time. This allows a burst of
     * 100 useless ids and then 200 per second, so that a client that makes up ids does not keep the registry and the
     * look-up threads from others. Records whose id is not looked up are held; beyond the limit of held records they
     * are rejected.
     */
    private static final Duration COST_OF_REFUSAL = Duration.ofMillis(5);

    private static final Duration MAX_OWED = Duration.ofMillis(500);

    private static final Duration REFUSAL_TTL = Duration.ofSeconds(60);
    private static final Duration WARNING_INTERVAL = Duration.ofSeconds(10);
    private static final int MAX_DETAIL = 500;

    private final Deserializer<?> deserializer;
    private final Executor background;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final Backoff backoff = new Backoff(250, 2, 5_000, 0.3);

    /** Schema ids that records were decoded with, in least-recently-decoded order. */
    private final Map<Integer, Boolean> readable = bounded(MAX_READABLE, true);

    private final Map<Integer, Refusal> refused = bounded(MAX_REFUSED, false);
    /** Ids whose look-up failed because of the registry, with the time of the next retry. */
    private final Map<Integer, Failure> failed = bounded(MAX_FAILED, false);
    /** Ids waiting for a look-up, by topic, in round-robin order of topics. */
    private final Map<String, Deque<Integer>> waiting = new LinkedHashMap<>();

    /** The time at which a topic has paid off its failed look-ups, by topic; bounded by the number of topics read. */
    private final Map<String, Long> paidOffAtMs = new HashMap<>();

    private final Set<Integer> inProgress = new HashSet<>();
    private long nextWarningMs;

    /**
     * @param deserializer reads the Confluent wire format and caches schemas; must be thread-safe
     * @param background runs look-ups, each of which may block for as long as the registry takes; the number of queued
     *     look-ups is bounded here
     * @param random uniform random numbers in [0, 1), for jitter
     */
    public SchemaLookups(
            Deserializer<?> deserializer, Executor background, InstantSource clock, DoubleSupplier random) {
        this.deserializer = deserializer;
        this.background = background;
        this.clock = clock;
        this.random = random;
    }

    /** Fetches the schema that a record was written with, blocking until the registry responds. */
    public void prefetch(String topic, byte[] value) {
        decode(WireFormat.schemaId(value).orElseThrow(), topic, new RecordHeaders(), value);
    }

    /** Decodes a value. Never blocks on the registry. */
    public Decoded<Object> read(String topic, Headers headers, byte[] value) {
        OptionalInt id = WireFormat.schemaId(value);
        if (id.isEmpty()) {
            return new Decoded.Bad<>(Reason.UNREADABLE, WireFormat.fault(headers, value));
        }
        Optional<Decoded<Object>> blocker = blocker(topic, id.getAsInt());
        return blocker.orElseGet(() -> decode(id.getAsInt(), topic, headers, value));
    }

    /**
     * Whether records with this schema id must wait for a look-up, which is started if necessary. A record whose id is
     * not pending can be decoded or rejected.
     */
    public boolean isPending(String topic, int id) {
        return blocker(topic, id).filter(Decoded.Pending.class::isInstance).isPresent();
    }

    private Optional<Decoded<Object>> blocker(String topic, int id) {
        Optional<Decoded<Object>> known = known(id);
        if (known.isEmpty() || !(known.get() instanceof Decoded.Pending) || !enqueue(topic, id)) {
            return known;
        }
        try {
            background.execute(this::lookUpNext);
        } catch (RejectedExecutionException shutdown) {
            LOG.debug("schema {} not looked up: shutting down", id);
        }
        return known(id);
    }

    /** Empty if the id can be decoded, else why not. */
    private synchronized Optional<Decoded<Object>> known(int id) {
        // Does not touch the access order: the deserializer's cache counts only decodings, and would evict this id
        // first.
        if (readable.containsKey(id)) {
            return Optional.empty();
        }
        Refusal refusal = refused.get(id);
        if (refusal != null) {
            if (clock.millis() < refusal.expiresAtMs()) {
                return Optional.of(new Decoded.Bad<>(refusal.reason(), refusal.detail()));
            }
            refused.remove(id);
        }
        return Optional.of(new Decoded.Pending<>(id));
    }

    /**
     * Queues a look-up unless one is pending, the id is backing off after a failure, or the topic is at a limit.
     *
     * @return whether it was queued
     */
    private synchronized boolean enqueue(String topic, int id) {
        Failure failure = failed.get(id);
        Deque<Integer> ofTopic = waiting.getOrDefault(topic, new ArrayDeque<>());
        if (failure != null && clock.millis() < failure.retryAtMs()
                || clock.millis() + MAX_OWED.toMillis() <= paidOffAtMs.getOrDefault(topic, 0L)
                || ofTopic.size() >= MAX_PER_TOPIC
                || !inProgress.add(id)) {
            return false;
        }
        ofTopic.add(id);
        waiting.putIfAbsent(topic, ofTopic);
        return true;
    }

    private void lookUpNext() {
        Optional<LookUp> next = next();
        next.ifPresent(lookUp -> {
            try {
                lookUp(lookUp);
            } finally {
                done(lookUp.id());
            }
        });
    }

    private synchronized Optional<LookUp> next() {
        Iterator<Map.Entry<String, Deque<Integer>>> topics = waiting.entrySet().iterator();
        if (!topics.hasNext()) {
            return Optional.empty();
        }
        Map.Entry<String, Deque<Integer>> first = topics.next();
        String topic = first.getKey();
        Deque<Integer> ids = first.getValue();
        topics.remove();
        LookUp lookUp = new LookUp(topic, ids.remove());
        if (!ids.isEmpty()) {
            waiting.put(topic, ids);
        }
        return Optional.of(lookUp);
    }

    private synchronized void done(int id) {
        inProgress.remove(id);
    }

    /**
     * Decodes a header without a body: the deserializer fetches the schema first and then fails on the missing body.
     */
    private void lookUp(LookUp lookUp) {
        byte[] header = ByteBuffer.allocate(HEADER_BYTES).putInt(1, lookUp.id()).array();
        decode(lookUp.id(), lookUp.topic(), new RecordHeaders(), header);
    }

    private Decoded<Object> decode(int id, String topic, Headers headers, byte[] value) {
        try {
            Object record = deserializer.deserialize(topic, headers, value);
            readable(id);
            return record == null
                    ? new Decoded.Bad<>(Reason.UNREADABLE, "the value is nothing, by its schema " + id)
                    : new Decoded.Good<>(record);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError unreadable) {
            return switch (ReadFailure.of(unreadable)) {
                case BYTES -> {
                    readable(id);
                    yield new Decoded.Bad<>(Reason.UNREADABLE, detail(unreadable));
                }
                case UNKNOWN_SCHEMA -> refuse(id, topic, Reason.UNKNOWN_SCHEMA, detail(unreadable));
                case UNFIT_SCHEMA -> refuse(id, topic, Reason.UNREADABLE, detail(unreadable));
                case REGISTRY -> retryLater(id, topic, unreadable);
            };
        }
    }

    private synchronized void readable(int id) {
        readable.put(id, true);
        refused.remove(id);
        failed.remove(id);
    }

    private synchronized Decoded<Object> refuse(int id, String topic, Reason reason, String detail) {
        long nowMs = clock.millis();
        refused.put(id, new Refusal(reason, detail, nowMs + REFUSAL_TTL.toMillis()));
        paidOffAtMs.merge(topic, nowMs, Math::max);
        paidOffAtMs.merge(topic, COST_OF_REFUSAL.toMillis(), Long::sum);
        readable.remove(id);
        failed.remove(id);
        return new Decoded.Bad<>(reason, detail);
    }

    private synchronized Decoded<Object> retryLater(int id, String topic, Throwable failure) {
        long nowMs = clock.millis();
        int failures =
                Optional.ofNullable(failed.remove(id)).map(Failure::attempts).orElse(0) + 1;
        failed.put(id, new Failure(failures, nowMs + backoff.delayMs(failures, random.getAsDouble())));
        readable.remove(id);
        if (nowMs >= nextWarningMs) {
            nextWarningMs = nowMs + WARNING_INTERVAL.toMillis();
            LOG.warn("schema registry look-up of schema {} of {} failed, will retry: {}", id, topic, detail(failure));
        }
        return new Decoded.Pending<>(id);
    }

    /** Message of the failure and of its cause: Confluent's exceptions give the reason only in the cause. */
    private static String detail(Throwable failure) {
        String message = Optional.ofNullable(failure.getMessage())
                .orElseGet(() -> failure.getClass().getSimpleName());
        String cause = Optional.ofNullable(failure.getCause())
                .map(Throwable::getMessage)
                .filter(text -> !message.contains(text))
                .map(text -> ": " + text)
                .orElse("");
        String all = message + cause;
        return all.length() <= MAX_DETAIL ? all : all.substring(0, MAX_DETAIL) + "…";
    }

    private static <V> Map<Integer, V> bounded(int maxSize, boolean accessOrder) {
        return new LinkedHashMap<>(16, 0.75f, accessOrder) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, V> eldest) {
                return size() > maxSize;
            }
        };
    }

    private record LookUp(String topic, int id) {}

    private record Refusal(Reason reason, String detail, long expiresAtMs) {}

    private record Failure(int attempts, long retryAtMs) {}
}
