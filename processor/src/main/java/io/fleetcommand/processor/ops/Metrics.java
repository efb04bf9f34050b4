package io.fleetcommand.processor.ops;

import static io.fleetcommand.service.Instrument.counter;
import static io.fleetcommand.service.Instrument.gauge;
import static io.fleetcommand.service.Instrument.timer;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Source;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.service.Instrument;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The processor's own meters. A test compares them with the table in docs/operations/metrics.md. */
public final class Metrics {
    static final RequestPhase[] OPEN_PHASES = {
        RequestPhase.READY, RequestPhase.CLAIMING, RequestPhase.CALLED, RequestPhase.TERMINATING
    };

    static final Instrument ALIVE = gauge("fleet.alive", "", "1 while the instance works, 0 if a restart may help.");
    static final Instrument READY = gauge("fleet.ready", "", "1 while it can call the cloud, else 0.");
    static final Instrument POLICY_STALE = gauge(
            "fleet.policy.stale", "", "1 while the policy file has a fault and an earlier one is in force, else 0.");
    static final Instrument PARTITIONS = gauge("fleet.partitions", "", "Partitions that this instance works on.");
    static final Instrument OPEN = gauge("fleet.requests.open", "", "Requests that are not answered yet.")
            .by("priority", Priority.values())
            .by("phase", OPEN_PHASES);
    static final Instrument OLDEST_WAITING = gauge(
                    "fleet.requests.oldest.waiting",
                    "seconds",
                    "How long the oldest waiting request has waited; 0 if none waits.")
            .by("priority", Priority.values());
    static final Instrument RESULTS = counter("fleet.results", "Results, the first of each request.")
            .by("asked", RequestType.values())
            .by("status", Status.values());
    static final Instrument NEGATIVE_RETURNS = counter(
            "fleet.results.negative",
            "Commands that ran and returned a negative number, the firmware's usual way to say no; they count as succeeded.");
    static final Instrument REPEATED_RESULTS =
            counter("fleet.results.repeated", "Stored results sent again for repeated requests.");
    static final Instrument REPLIES_SENT =
            counter("fleet.replies.sent", "Copies of results that callers' reply topics have acknowledged.");
    static final Instrument REPLIES_GIVEN_UP = counter(
                    "fleet.replies.given.up", "Copies of results that did not reach the caller's reply topic.")
            .by("cause", ReplyFailure.values());
    static final Instrument RESULT_LATENCY = timer("fleet.result.latency", "From reading a request to its result.")
            .by("asked", RequestType.values());
    static final Instrument WAITED_FOR_TURN = timer(
                    "fleet.waited.for.turn", "How long answered requests waited for order, not_before and back-off.")
            .by("priority", Priority.values());
    static final Instrument WAITED_FOR_QUOTA = timer(
                    "fleet.waited.for.quota", "How long answered requests waited for quota.")
            .by("priority", Priority.values());
    static final Instrument CALL =
            timer("fleet.call", "Calls to the device cloud, by outcome.").by("outcome", Outcome.Kind.values());
    static final Instrument CALLS_IN_FLIGHT = gauge("fleet.calls.in.flight", "", "Calls in flight.");
    static final Instrument QUOTA_USED =
            gauge("fleet.quota.used", "", "Calls that this instance has sent in the window that ends now.");
    static final Instrument WORST_WINDOW =
            gauge("fleet.quota.worst.window", "", "Most calls in any window since the instance started.");
    static final Instrument BREAKER_OPEN =
            gauge("fleet.breaker.open", "", "1 while the circuit breaker is not closed, else 0.");
    static final Instrument DEVICES_BACKING_OFF =
            gauge("fleet.devices.backing.off", "", "Devices that back off because their calls fail.");
    static final Instrument HELD = gauge(
                    "fleet.records.held", "", "Records that wait for their schema from the schema registry.")
            .by("source", Source.values());
    static final Instrument SET_ASIDE = counter(
                    "fleet.records.set.aside",
                    "Records whose processing failed unexpectedly three times, and unreadable journal records.")
            .by("source", Source.values());
    static final Instrument JOURNAL_EVENTS =
            counter("fleet.journal.events", "Records appended to the journal.").by("event", EventType.values());
    static final Instrument TOKEN_VERSION = gauge("fleet.token.version", "", "Version of the token; 0 without one.");
    static final Instrument TOKEN_AGE =
            gauge("fleet.token.age", "seconds", "How long this instance has had its token; 0 without one.");

    private static final List<Instrument> ALL = List.of(
            ALIVE,
            READY,
            POLICY_STALE,
            PARTITIONS,
            OPEN,
            OLDEST_WAITING,
            RESULTS,
            NEGATIVE_RETURNS,
            REPEATED_RESULTS,
            REPLIES_SENT,
            REPLIES_GIVEN_UP,
            RESULT_LATENCY,
            WAITED_FOR_TURN,
            WAITED_FOR_QUOTA,
            CALL,
            CALLS_IN_FLIGHT,
            QUOTA_USED,
            WORST_WINDOW,
            BREAKER_OPEN,
            DEVICES_BACKING_OFF,
            HELD,
            SET_ASIDE,
            JOURNAL_EVENTS,
            TOKEN_VERSION,
            TOKEN_AGE);

    /** Consumer lag: the only one of Kafka's meters that is kept per partition. */
    private static final String LAG = "kafka.consumer.fetch.manager.records.lag";
    /**
     * Tags of meters of whole clients and threads. Meters with other tags are per store, node or partition, thousands
     * in all.
     */
    private static final Set<String> KAFKA_CLIENT_TAGS =
            Set.of("kafka.version", "client.id", "thread.id", "process.id", "application.id");

    /** The random UUID in names of Kafka's clients, which would make a new series at each start. */
    private static final Pattern CLIENT_UUID =
            Pattern.compile("-?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private Metrics() {}

    /** Removes the random part of tag values of Kafka's meters, so that their series stay the same over restarts. */
    public static MeterFilter stableKafkaTags() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().startsWith("kafka.")
                        ? id.replaceTags(id.getTags().stream()
                                .map(tag -> Tag.of(
                                        tag.getKey(),
                                        CLIENT_UUID.matcher(tag.getValue()).replaceAll("")))
                                .toList())
                        : id;
            }
        };
    }

    /** Drops Kafka's meters except those of whole clients and threads, and the consumer lag. */
    public static MeterFilter kafkaClientsOnly() {
        return MeterFilter.deny(id -> id.getName().startsWith("kafka.")
                && !id.getName().equals(LAG)
                && !id.getTags().stream().map(Tag::getKey).allMatch(KAFKA_CLIENT_TAGS::contains));
    }

    /** All meters, in the order of docs/operations/metrics.md. */
    static List<Instrument> all() {
        return ALL;
    }

    /** The kind of a request. */
    enum RequestType {
        COMMAND,
        POLL;

        static RequestType of(Request request) {
            return request.isCommand() ? COMMAND : POLL;
        }
    }

    /** The type of a journal event. */
    enum EventType {
        CLAIMED,
        FINISHED,
        TERMINATED
    }
}
