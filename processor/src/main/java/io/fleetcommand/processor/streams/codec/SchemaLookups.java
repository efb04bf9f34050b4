package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.ledger.Backoff;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.registry.AvroDeserializer;
import io.fleetcommand.registry.WireFormat;
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
 * What is known of the schemas that records name by their ids. A record is decoded by its stream thread only once its
 * schema is at hand; a schema that is not is fetched in the background, so that no stream thread waits for the registry.
 *
 * <p>Topics take turns in being looked up, and each may have a bounded number of ids under way: a topic that is full of
 * ids which nobody knows holds back its own records alone. Guarded by itself; stream threads share it.
 */
public final class SchemaLookups {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaLookups.class);
    private static final int HEADER_BYTES = 1 + Integer.BYTES;

    /**
     * Fewer than a deserializer keeps, so that none that is readable here has to be fetched there: ours, and Confluent's
     * with its 1,000. Both forget the schema by which no record was decoded for longest; the difference is for those
     * that threads are decoding by at the moment, which may have another order there.
     */
    public static final int MAX_READABLE = AvroDeserializer.MAX_SCHEMAS - 50;

    private static final int MAX_REFUSED = 10_000;
    private static final int MAX_FAILED = 1_000;
    /** Look-ups of one topic that wait or are under way. */
    private static final int MAX_PER_TOPIC = 100;

    /**
     * What an id that turns out to be of no use costs its topic, and how much it may owe before it asks nothing new until
     * some is paid off: 100 ids at once, and 200 a second. Who makes ids up does not keep the registry, and the threads
     * that ask it, from others; what is not asked for waits, and beyond that is refused unasked.
     */
    private static final Duration COST_OF_REFUSAL = Duration.ofMillis(5);

    private static final Duration MAX_OWED = Duration.ofMillis(500);

    private static final Duration REFUSED_FOR = Duration.ofSeconds(60);
    private static final Duration COMPLAINT_EVERY = Duration.ofSeconds(10);
    private static final int MAX_DETAIL = 500;

    private final Deserializer<?> deserializer;
    private final Executor background;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final Backoff backoff = new Backoff(250, 2, 5_000, 0.3);

    /** Schemas by which records were decoded, in the order of the latest decoding. */
    private final Map<Integer, Boolean> readable = bounded(MAX_READABLE, true);

    private final Map<Integer, Refusal> refused = bounded(MAX_REFUSED, false);
    /** Ids for which the registry did not give an answer. */
    private final Map<Integer, Failure> failed = bounded(MAX_FAILED, false);
    /** Ids that wait to be looked up, by topic; the topic whose turn is next comes first. */
    private final Map<String, Deque<Integer>> waiting = new LinkedHashMap<>();

    /** When what topics owe for refusals is paid off; there are no more of them than topics that are read. */
    private final Map<String, Long> paidOffMs = new HashMap<>();

    private final Set<Integer> underWay = new HashSet<>();
    private long complainsAgainMs;

    /**
     * @param deserializer reads the Confluent wire format, and keeps the schemas it has met; used by many threads
     * @param background where look-ups are made, each of which may take as long as the registry does; the number of
     *     them that wait is bounded here
     * @param random random numbers from 0 to 1, for jitter
     */
    public SchemaLookups(
            Deserializer<?> deserializer, Executor background, InstantSource clock, DoubleSupplier random) {
        this.deserializer = deserializer;
        this.background = background;
        this.clock = clock;
        this.random = random;
    }

    /** Looks up a schema at once, by a record that was written with it. Waits for the registry. */
    public void meet(String topic, byte[] value) {
        decode(WireFormat.schemaId(value).orElseThrow(), topic, new RecordHeaders(), value);
    }

    /** The record in a value. Never waits for the registry. */
    public Decoded<Object> read(String topic, Headers headers, byte[] value) {
        OptionalInt id = WireFormat.schemaId(value);
        if (id.isEmpty()) {
            return new Decoded.Bad<>(Reason.UNREADABLE, WireFormat.fault(headers, value));
        }
        Optional<Decoded<Object>> obstacle = obstacle(topic, id.getAsInt());
        return obstacle.orElseGet(() -> decode(id.getAsInt(), topic, headers, value));
    }

    /** Whether records with an id must wait; one that need not can be read, or refused. Starts to look it up. */
    public boolean isPending(String topic, int id) {
        return obstacle(topic, id).filter(Decoded.Pending.class::isInstance).isPresent();
    }

    private Optional<Decoded<Object>> obstacle(String topic, int id) {
        Optional<Decoded<Object>> known = known(id);
        if (known.isEmpty() || !(known.get() instanceof Decoded.Pending) || !ask(topic, id)) {
            return known;
        }
        try {
            background.execute(this::lookUpNext);
        } catch (RejectedExecutionException ending) {
            LOG.debug("schema {} is not looked up any more: this instance ends", id);
        }
        return known(id);
    }

    /** Empty for an id that can be decoded. */
    private synchronized Optional<Decoded<Object>> known(int id) {
        // Asking is no use of it: the deserializer counts decodings alone, and would forget it first.
        if (readable.containsKey(id)) {
            return Optional.empty();
        }
        Refusal refusal = refused.get(id);
        if (refusal != null) {
            if (clock.millis() < refusal.untilMs()) {
                return Optional.of(new Decoded.Bad<>(refusal.reason(), refusal.detail()));
            }
            refused.remove(id);
        }
        return Optional.of(new Decoded.Pending<>(id));
    }

    /** Whether a look-up is to be made, beyond those that wait already. */
    private synchronized boolean ask(String topic, int id) {
        Failure failure = failed.get(id);
        Deque<Integer> ofTopic = waiting.getOrDefault(topic, new ArrayDeque<>());
        if (failure != null && clock.millis() < failure.againMs()
                || clock.millis() + MAX_OWED.toMillis() <= paidOffMs.getOrDefault(topic, 0L)
                || ofTopic.size() >= MAX_PER_TOPIC
                || !underWay.add(id)) {
            return false;
        }
        ofTopic.add(id);
        waiting.putIfAbsent(topic, ofTopic);
        return true;
    }

    private void lookUpNext() {
        Optional<Asked> next = next();
        next.ifPresent(asked -> {
            try {
                lookUp(asked);
            } finally {
                done(asked.id());
            }
        });
    }

    private synchronized Optional<Asked> next() {
        Iterator<Map.Entry<String, Deque<Integer>>> topics = waiting.entrySet().iterator();
        if (!topics.hasNext()) {
            return Optional.empty();
        }
        Map.Entry<String, Deque<Integer>> first = topics.next();
        String topic = first.getKey();
        Deque<Integer> ids = first.getValue();
        topics.remove();
        Asked asked = new Asked(topic, ids.remove());
        if (!ids.isEmpty()) {
            waiting.put(topic, ids);
        }
        return Optional.of(asked);
    }

    private synchronized void done(int id) {
        underWay.remove(id);
    }

    /** The bytes of a record without its body suffice: the deserializer fetches the schema, and then finds no body. */
    private void lookUp(Asked asked) {
        byte[] header = ByteBuffer.allocate(HEADER_BYTES).putInt(1, asked.id()).array();
        decode(asked.id(), asked.topic(), new RecordHeaders(), header);
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
                case REGISTRY -> putOff(id, topic, unreadable);
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
        refused.put(id, new Refusal(reason, detail, nowMs + REFUSED_FOR.toMillis()));
        paidOffMs.merge(topic, nowMs, Math::max);
        paidOffMs.merge(topic, COST_OF_REFUSAL.toMillis(), Long::sum);
        readable.remove(id);
        failed.remove(id);
        return new Decoded.Bad<>(reason, detail);
    }

    private synchronized Decoded<Object> putOff(int id, String topic, Throwable trouble) {
        long nowMs = clock.millis();
        int failures =
                Optional.ofNullable(failed.remove(id)).map(Failure::times).orElse(0) + 1;
        failed.put(id, new Failure(failures, nowMs + backoff.delayMs(failures, random.getAsDouble())));
        readable.remove(id);
        if (nowMs >= complainsAgainMs) {
            complainsAgainMs = nowMs + COMPLAINT_EVERY.toMillis();
            LOG.warn("the schema registry does not say what schema {} of {} is: {}", id, topic, detail(trouble));
        }
        return new Decoded.Pending<>(id);
    }

    /** Both messages, since Confluent's exceptions say only in their causes what the matter is. */
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

    private static <V> Map<Integer, V> bounded(int most, boolean byUse) {
        return new LinkedHashMap<>(16, 0.75f, byUse) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, V> eldest) {
                return size() > most;
            }
        };
    }

    private record Asked(String topic, int id) {}

    private record Refusal(Reason reason, String detail, long untilMs) {}

    private record Failure(int times, long againMs) {}
}
