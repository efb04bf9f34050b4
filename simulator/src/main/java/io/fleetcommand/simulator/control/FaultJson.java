package io.fleetcommand.simulator.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.simulator.faults.ActiveFault;
import io.fleetcommand.simulator.faults.Fault;
import io.fleetcommand.simulator.faults.FaultKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** Reads and writes faults as JSON: {@code {"kind":"status","status":500,"rate":0.1,"route":"function"}}. */
final class FaultJson {
    private static final Set<String> FIELDS = Set.of(
            "kind",
            "route",
            "device",
            "name",
            "next",
            "rate",
            "status",
            "body",
            "delay_ms",
            "retry_after_s",
            "executed");

    private FaultJson() {}

    /** @throws IllegalArgumentException if a field is unknown, missing or out of its range */
    static Fault read(JsonNode json) {
        List<String> unknown = new ArrayList<>();
        json.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                unknown.add(field);
            }
        });
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("a fault has no " + unknown + "; it may have " + FIELDS);
        }
        Fault plain = Fault.of(FaultKind.of(json.path("kind").asText("")));
        return new Fault(
                plain.kind(),
                text(json, "route"),
                text(json, "device"),
                text(json, "name"),
                number(json, "next"),
                json.hasNonNull("rate") ? OptionalDouble.of(json.get("rate").asDouble(-1)) : OptionalDouble.empty(),
                json.hasNonNull("status") ? number(json, "status") : plain.status(),
                text(json, "body"),
                json.hasNonNull("delay_ms") ? number(json, "delay_ms") : plain.delayMs(),
                number(json, "retry_after_s"),
                json.path("executed").asBoolean(plain.executed()));
    }

    static Map<String, Object> write(ActiveFault active) {
        Map<String, Object> json = new LinkedHashMap<>();
        Fault fault = active.fault();
        json.put("id", active.id());
        json.put("kind", fault.kind().word());
        fault.route().ifPresent(value -> json.put("route", value));
        fault.device().ifPresent(value -> json.put("device", value));
        fault.name().ifPresent(value -> json.put("name", value));
        fault.next().ifPresent(value -> json.put("next", value));
        fault.rate().ifPresent(value -> json.put("rate", value));
        fault.status().ifPresent(value -> json.put("status", value));
        fault.body().ifPresent(value -> json.put("body", value));
        fault.delayMs().ifPresent(value -> json.put("delay_ms", value));
        fault.retryAfterSeconds().ifPresent(value -> json.put("retry_after_s", value));
        json.put("executed", fault.executed());
        json.put("struck", active.strikeCount());
        return json;
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.ofNullable(json.get(field)).filter(JsonNode::isTextual).map(JsonNode::asText);
    }

    private static OptionalInt number(JsonNode json, String field) {
        return json.hasNonNull(field) ? OptionalInt.of(json.get(field).asInt(-1)) : OptionalInt.empty();
    }
}
