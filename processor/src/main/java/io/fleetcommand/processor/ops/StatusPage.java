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
 * How one instance stands at the moment: for people as {@code GET /status}, and as gauges. What it says is summed up
 * over all instances by {@code ./fleet status}. Safe for use by many threads.
 */
public final class StatusPage {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String instance;
    private final List<String> commandTopics;
    private final List<String> pollTopics;
    private final Health health;
    private final TaskRegistry tasks;
    private final InstanceGauges readings;
    private final InstantSource clock;

    /**
     * @param commandTopics that commands are read from: by them operators' tools know where requests are
     * @param pollTopics that polls are read from
     */
    public StatusPage(
            String instance,
            List<String> commandTopics,
            List<String> pollTopics,
            Health health,
            TaskRegistry tasks,
            InstanceGauges readings,
            InstantSource clock) {
        this.instance = instance;
        this.commandTopics = List.copyOf(commandTopics);
        this.pollTopics = List.copyOf(pollTopics);
        this.health = health;
        this.tasks = tasks;
        this.readings = readings;
        this.clock = clock;
    }

    /** The page as a JSON object. */
    String json() {
        ObjectNode page = JSON.createObjectNode();
        page.put("instance", instance);
        page.put("at", clock.instant().toString());
        page.put("state", health.streamState());
        page.put(
                "trouble",
                health.notAlive()
                        .or(health::notReady)
                        .or(health::remark)
                        .or(this::waiting)
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
            depth.put("under_way", underWay(priority));
            depth.put("oldest_waiting_ms", tasks.oldestWaitingMs(priority, clock.millis()));
        }
        page.put("in_flight", readings.inFlight().getAsInt());
        ObjectNode quota = page.putObject("quota");
        quota.put("used", readings.quotaUsed().getAsInt());
        quota.put("worst_window", readings.worstWindow().getAsInt());
        page.put("breaker", readings.breakerClosed().getAsBoolean() ? "closed" : "open");
        page.put("devices_backing_off", tasks.restingDevices());
        ObjectNode held = page.putObject("held");
        for (Source source : Source.values()) {
            held.put(source.name().toLowerCase(Locale.ROOT), tasks.held(source));
        }
        ObjectNode token = page.putObject("token");
        token.put("version", readings.tokenVersion().getAsLong());
        token.put("age_ms", readings.tokenAge().get().toMillis());
        return page.toPrettyString();
    }

    /** The same as gauges. */
    public void bindTo(MeterRegistry registry) {
        Metrics.ALIVE.gauge(registry, () -> health.notAlive().isEmpty() ? 1 : 0);
        Metrics.READY.gauge(registry, () -> health.notReady().isEmpty() ? 1 : 0);
        Metrics.POLICY_STALE.gauge(registry, () -> health.remark().isPresent() ? 1 : 0);
        Metrics.PARTITIONS.gauge(registry, () -> tasks.partitions().size());
        for (Priority priority : Priority.values()) {
            for (RequestPhase phase : Metrics.OPEN_PHASES) {
                Metrics.OPEN.gauge(registry, () -> tasks.open(priority, phase), priority, phase);
            }
            Metrics.OLDEST_WAITING.gauge(
                    registry, () -> tasks.oldestWaitingMs(priority, clock.millis()) / 1_000.0, priority);
        }
        Metrics.QUOTA_USED.gauge(registry, readings.quotaUsed()::getAsInt);
        Metrics.WORST_WINDOW.gauge(registry, readings.worstWindow()::getAsInt);
        Metrics.BREAKER_OPEN.gauge(registry, () -> readings.breakerClosed().getAsBoolean() ? 0 : 1);
        Metrics.DEVICES_RESTING.gauge(registry, tasks::restingDevices);
        for (Source source : Source.values()) {
            Metrics.HELD.gauge(registry, () -> tasks.held(source), source);
        }
        Metrics.TOKEN_VERSION.gauge(registry, readings.tokenVersion()::getAsLong);
        Metrics.TOKEN_AGE.gauge(registry, () -> readings.tokenAge().get().toMillis() / 1_000.0);
    }

    private Optional<String> waiting() {
        long records = Arrays.stream(Source.values()).mapToLong(tasks::held).sum();
        return records == 0
                ? Optional.empty()
                : Optional.of(records + " records wait until the schema registry says how to read them");
    }

    private long underWay(Priority priority) {
        return tasks.open(priority, RequestPhase.CLAIMING)
                + tasks.open(priority, RequestPhase.CALLED)
                + tasks.open(priority, RequestPhase.TERMINATING);
    }
}
