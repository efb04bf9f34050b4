package io.fleetcommand.simulator.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.simulator.accounts.Tokens;
import io.fleetcommand.simulator.counts.Counts;
import io.fleetcommand.simulator.counts.Execution;
import io.fleetcommand.simulator.faults.ActiveFault;
import io.fleetcommand.simulator.faults.Fault;
import io.fleetcommand.simulator.faults.FaultKind;
import io.fleetcommand.simulator.faults.Faults;
import io.fleetcommand.simulator.fleet.Device;
import io.fleetcommand.simulator.fleet.Fleet;
import io.fleetcommand.simulator.limits.SourceLimits;
import io.fleetcommand.simulator.limits.WindowUse;
import io.fleetcommand.simulator.routes.Timer;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The control API.
 *
 * <table><caption>Calls</caption>
 * <tr><td>{@code GET /counts}</td><td>all counts, with the executions by device</td></tr>
 * <tr><td>{@code GET /counts/summary}</td><td>the totals alone</td></tr>
 * <tr><td>{@code DELETE /counts}</td><td>resets the counts, but not the rate limits</td></tr>
 * <tr><td>{@code GET /executions}</td><td>every execution of the fleet, by device, in order</td></tr>
 * <tr><td>{@code POST, GET, DELETE /faults}, {@code DELETE /faults/:id}</td><td>injected faults</td></tr>
 * <tr><td>{@code GET /fleet}</td><td>every device with its condition</td></tr>
 * <tr><td>{@code POST /devices/:id}</td><td>sets {@code condition}, {@code latency}, {@code groups}, {@code platform},
 *     {@code firmware}, {@code system_firmware} and {@code functions} of one device</td></tr>
 * <tr><td>{@code POST /devices}</td><td>sets the same of many: {@code devices} is a number of devices from the first, a
 *     range of indexes such as {@code "100-149"}, or a list of ids</td></tr>
 * <tr><td>{@code GET /devices/:id/executions}</td><td>the executions of one device, in order</td></tr>
 * <tr><td>{@code GET /tokens}</td><td>every token ever issued, for a leak scan</td></tr>
 * <tr><td>{@code POST /tokens/revoke}</td><td>revokes every token</td></tr>
 * </table>
 *
 * @param refuse closes the cloud's listening sockets
 * @param accept reopens them
 */
public record ControlRoutes(
        Fleet fleet,
        Tokens tokens,
        SourceLimits limits,
        Faults faults,
        Counts counts,
        Timer timer,
        Runnable refuse,
        Runnable accept) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public void addTo(RoutesConfig paths) {
        paths.get("/counts", context -> respond(context, allCounts()));
        paths.get("/counts/summary", context -> respond(context, summary()));
        paths.delete("/counts", this::clearCounts);
        paths.get("/executions", context -> respond(context, allExecutions()));
        paths.get(
                "/faults",
                context -> respond(
                        context,
                        Map.of(
                                "faults",
                                faults.all().stream().map(FaultJson::write).toList())));
        paths.post("/faults", this::addFault);
        paths.delete("/faults", this::clearFaults);
        paths.delete("/faults/{id}", this::clearFault);
        paths.get(
                "/fleet",
                context -> respond(
                        context,
                        Map.of(
                                "devices",
                                fleet.devices().stream().map(DeviceJson::write).toList())));
        paths.post("/devices", this::changeDevices);
        paths.post("/devices/{id}", this::changeDevice);
        paths.get("/devices/{id}/executions", this::executionsOfDevice);
        paths.get("/tokens", context -> respond(context, Map.of("ever_made", tokens.everIssued())));
        paths.post("/tokens/revoke", this::revokeTokens);
        paths.exception(IllegalArgumentException.class, (failure, context) -> {
            context.status(400);
            respond(context, Map.of("error", String.valueOf(failure.getMessage())));
        });
        paths.exception(IllegalStateException.class, (failure, context) -> {
            context.status(409);
            respond(context, Map.of("error", String.valueOf(failure.getMessage())));
        });
    }

    private Map<String, Object> summary() {
        Map<String, Object> summary = new LinkedHashMap<>();
        WindowUse use = limits.use(timer.nowNanos());
        summary.put("requests", counts.requests().sum());
        summary.put("accepted", counts.accepted().sum());
        summary.put("throttled", counts.byStatus().of(429));
        summary.put("worst_window", use.worstArrived());
        summary.put("worst_window_accepted", use.worstAccepted());
        summary.put("window_now", use.now());
        summary.put("window_s", limits.window().toSeconds());
        summary.put("functions_run", counts.executions().functions());
        summary.put("variables_read", counts.executions().variables());
        summary.put("executed_but_unheard", counts.executions().unacknowledged());
        summary.put("executions_not_kept", counts.executions().dropped());
        summary.put("tokens_minted", counts.tokensIssued().sum());
        summary.put("tokens_revoked", counts.tokensRevoked().sum());
        summary.put("tokens_inspected", counts.tokensInspected().sum());
        summary.put("tokens_live", tokens.serving(timer.nowNanos()));
        summary.put("tokens_live_most", tokens.maxServing());
        summary.put("failed_mints", counts.failedTokenRequests().sum());
        summary.put("lock_outs", counts.lockOuts().sum());
        summary.put("by_status", counts.byStatus().all());
        summary.put("by_route", counts.byRoute().all());
        summary.put(
                "faults_struck",
                faults.all().stream().mapToLong(ActiveFault::strikeCount).sum());
        return summary;
    }

    private Map<String, Object> allCounts() {
        Map<String, Object> all = summary();
        all.put("per_second", counts.arrivals().at(TimeUnit.NANOSECONDS.toSeconds(timer.nowNanos())));
        all.put("functions", counts.executions().functionRuns());
        all.put("variables", counts.executions().variableReads());
        return all;
    }

    private void clearCounts(Context context) {
        counts.clear();
        tokens.resetMaxServing(timer.nowNanos());
        limits.resetWorst(timer.nowNanos());
        context.status(204);
    }

    private Map<String, Object> allExecutions() {
        Map<String, Object> all = new LinkedHashMap<>();
        for (Device device : fleet.devices()) {
            List<Execution> ran = counts.executions().of(device.id());
            if (!ran.isEmpty()) {
                all.put(device.id(), ran.stream().map(ControlRoutes::json).toList());
            }
        }
        return all;
    }

    private void executionsOfDevice(Context context) {
        Device device = device(context);
        respond(
                context,
                Map.of(
                        "executions",
                        counts.executions().of(device.id()).stream()
                                .map(ControlRoutes::json)
                                .toList()));
    }

    private void addFault(Context context) {
        Fault fault = FaultJson.read(body(context));
        ActiveFault added = faults.add(fault);
        if (fault.kind() == FaultKind.CONNECTIONS_REFUSED) {
            refuse.run();
        }
        context.status(201);
        respond(context, FaultJson.write(added));
    }

    private void clearFaults(Context context) {
        boolean refused = faults.refusesConnections();
        faults.clear();
        reopenIf(refused);
        context.status(204);
    }

    private void clearFault(Context context) {
        boolean refused = faults.refusesConnections();
        int id = Integer.parseInt(context.pathParam("id"));
        if (!faults.clear(id)) {
            throw new IllegalArgumentException("there is no fault " + id);
        }
        reopenIf(refused && !faults.refusesConnections());
        context.status(204);
    }

    private void reopenIf(boolean closed) {
        if (closed) {
            accept.run();
        }
    }

    private void changeDevice(Context context) {
        Device device = device(context);
        DeviceJson.read(body(context), Set.of()).applyTo(device, timer.nowNanos());
        respond(context, DeviceJson.write(device));
    }

    private void changeDevices(Context context) {
        JsonNode json = body(context);
        DeviceJson.Change change = DeviceJson.read(json, Set.of("devices"));
        List<Device> devices = devices(json.path("devices"));
        devices.forEach(device -> change.applyTo(device, timer.nowNanos()));
        respond(context, Map.of("changed", devices.size()));
    }

    private List<Device> devices(JsonNode which) {
        if (!which.isArray()) {
            return fleet.select(which.asText());
        }
        List<Device> devices = new ArrayList<>();
        which.forEach(id -> devices.addAll(fleet.select(id.asText())));
        return devices;
    }

    private void revokeTokens(Context context) {
        int revoked = tokens.revokeAll();
        counts.tokensRevoked().add(revoked);
        respond(context, Map.of("revoked", revoked));
    }

    private Device device(Context context) {
        String id = context.pathParam("id").toLowerCase(Locale.ROOT);
        return fleet.find(id)
                .orElseThrow(() -> new IllegalArgumentException("there is no device " + id + "; GET /fleet lists all"));
    }

    private static Map<String, Object> json(Execution execution) {
        return Map.of(
                "kind", execution.kind().name().toLowerCase(Locale.ROOT),
                "name", execution.name(),
                "argument", execution.argument(),
                "heard", execution.acknowledged(),
                "at_ns", execution.atNanos(),
                "sequence", execution.sequence());
    }

    private static JsonNode body(Context context) {
        try {
            JsonNode json = JSON.readTree(context.bodyAsBytes());
            if (!json.isObject()) {
                throw new IllegalArgumentException("the body must be a JSON object");
            }
            return json;
        } catch (IOException notJson) {
            throw new IllegalArgumentException("the body is not JSON", notJson);
        }
    }

    private static void respond(Context context, Object value) {
        try {
            context.contentType("application/json").result(JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
