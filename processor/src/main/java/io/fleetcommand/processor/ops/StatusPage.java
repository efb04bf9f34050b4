package io.fleetcommand.processor.ops;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetcommand.processor.core.ledger.RequestPhase;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Source;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The current state of one instance, as {@code GET /status} and as gauges. {@code ./fleet status} aggregates it over
 * all instances. Thread-safe.
 */
public final class StatusPage {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String instance;
    private final List<String> commandTopics;
    private final List<String> pollTopics;
    private final Health health;
    private final TaskRegistry tasks;
    private final InstanceGauges gauges;
    private final InstantSource clock;

    /**
     * @param commandTopics topics that commands are read from; operators' tools use them to find requests
     * @param pollTopics topics that polls are read from
     */
    public StatusPage(
            String instance,
            List<String> commandTopics,
            List<String> pollTopics,
            Health health,
            TaskRegistry tasks,
            InstanceGauges gauges,
            InstantSource clock) {
        this.instance = instance;
        this.commandTopics = List.copyOf(commandTopics);
        this.pollTopics = List.copyOf(pollTopics);
        this.health = health;
        this.tasks = tasks;
        this.gauges = gauges;
        this.clock = clock;
    }

    /** The status as a JSON object, whose fields docs/operations/metrics.md describes. */
    String json() {
        ObjectNode page = JSON.createObjectNode();
        page.put("instance", instance);
        page.put("at", clock.instant().toString());
        page.put("state", health.streamState());
        page.put(
                "trouble",
                health.notAlive()
                        .or(health::notReady)
                        .or(health::warning)
                        .or(this::heldRecords)
                        .orElse(""));
        ObjectNode requestTopics = page.putObject("request_topics");
        commandTopics.forEach(requestTopics.putArray("commands")::add);
        pollTopics.forEach(requestTopics.putArray("polls")::add);
        ArrayNode partitions = page.putArray("partitions");
        tasks.partitions().forEach(partitions::add);
        ObjectNode priorities = page.putObject("priorities");
        for (Priority priority : Priority.values()) {
            ObjectNode depth = priorities.putObject(priority.name().toLowerCase(Locale.ROOT));
            depth.put("waiting", tasks.open(priority, RequestPhase.READY));
            depth.put("under_way", inProgress(priority));
            depth.put("oldest_waiting_ms", tasks.oldestWaitingMs(priority, clock.millis()));
        }
        page.put("in_flight", gauges.inFlight().getAsInt());
        ObjectNode quota = page.putObject("quota");
        quota.put("used", gauges.quotaUsed().getAsInt());
        quota.put("worst_window", gauges.worstWindow().getAsInt());
        page.put("breaker", gauges.breakerClosed().getAsBoolean() ? "closed" : "open");
        page.put("devices_backing_off", tasks.devicesBackingOff());
        ObjectNode held = page.putObject("held");
        for (Source source : Source.values()) {
            held.put(source.name().toLowerCase(Locale.ROOT), tasks.held(source));
        }
        ObjectNode token = page.putObject("token");
        token.put("version", gauges.tokenVersion().getAsLong());
        token.put("age_ms", gauges.tokenAge().get().toMillis());
        return page.toPrettyString();
    }

    /** Registers the same figures as gauges. */
    public void bindTo(MeterRegistry registry) {
        Metrics.ALIVE.gauge(registry, () -> health.notAlive().isEmpty() ? 1 : 0);
        Metrics.READY.gauge(registry, () -> health.notReady().isEmpty() ? 1 : 0);
        Metrics.POLICY_STALE.gauge(registry, () -> health.warning().isPresent() ? 1 : 0);
        Metrics.PARTITIONS.gauge(registry, () -> tasks.partitions().size());
        for (Priority priority : Priority.values()) {
            for (RequestPhase phase : Metrics.OPEN_PHASES) {
                Metrics.OPEN.gauge(registry, () -> tasks.open(priority, phase), priority, phase);
            }
            Metrics.OLDEST_WAITING.gauge(
                    registry, () -> tasks.oldestWaitingMs(priority, clock.millis()) / 1_000.0, priority);
        }
        Metrics.QUOTA_USED.gauge(registry, gauges.quotaUsed()::getAsInt);
        Metrics.WORST_WINDOW.gauge(registry, gauges.worstWindow()::getAsInt);
        Metrics.BREAKER_OPEN.gauge(registry, () -> gauges.breakerClosed().getAsBoolean() ? 0 : 1);
        Metrics.DEVICES_BACKING_OFF.gauge(registry, tasks::devicesBackingOff);
        for (Source source : Source.values()) {
            Metrics.HELD.gauge(registry, () -> tasks.held(source), source);
        }
        Metrics.TOKEN_VERSION.gauge(registry, gauges.tokenVersion()::getAsLong);
        Metrics.TOKEN_AGE.gauge(registry, () -> gauges.tokenAge().get().toMillis() / 1_000.0);
    }

    private Optional<String> heldRecords() {
        long records = Arrays.stream(Source.values()).mapToLong(tasks::held).sum();
        return records == 0
                ? Optional.empty()
                : Optional.of(records + " records wait until the schema registry says how to read them");
    }

    private long inProgress(Priority priority) {
        return tasks.open(priority, RequestPhase.CLAIMING)
                + tasks.open(priority, RequestPhase.CALLED)
                + tasks.open(priority, RequestPhase.TERMINATING);
    }
}
