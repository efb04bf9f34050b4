package io.fleetcommand.simulator.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The simulator's control API, which knows what really ran. */
public final class Simulation {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final String control;

    public Simulation(String control) {
        this.control = control;
    }

    /** One device of the simulated fleet. */
    public record Device(String id, boolean online) {}

    /**
     * One run on a device.
     *
     * @param function whether it was a function rather than a variable
     * @param sequence its place among all runs of the fleet
     */
    public record Run(boolean function, String name, String argument, long sequence) {}

    public List<Device> fleet() {
        List<Device> devices = new ArrayList<>();
        get("/fleet")
                .path("devices")
                .forEach(device -> devices.add(new Device(
                        device.path("id").asText(),
                        !device.path("condition").asText().equals("offline"))));
        return devices;
    }

    /** By device, in the order in which it ran them. */
    public Map<String, List<Run>> runs() {
        Map<String, List<Run>> runs = new LinkedHashMap<>();
        get("/executions").properties().forEach(device -> {
            List<Run> ofDevice = new ArrayList<>();
            device.getValue()
                    .forEach(run -> ofDevice.add(new Run(
                            run.path("kind").asText().equals("function"),
                            run.path("name").asText(),
                            run.path("argument").asText(),
                            run.path("sequence").asLong())));
            runs.put(device.getKey(), ofDevice);
        });
        return runs;
    }

    /** The totals: requests, throttled, worst_window and others. */
    public JsonNode summary() {
        return get("/counts/summary");
    }

    /** How often the cloud has answered with a status. */
    public long answers(int status) {
        return summary().path("by_status").path(String.valueOf(status)).asLong();
    }

    /** Changes how long a device takes, as on the simulator's command line. */
    public void slowDown(String device, String latency) {
        send(HttpRequest.newBuilder(URI.create(control + "/devices/" + device))
                .POST(HttpRequest.BodyPublishers.ofString("{\"latency\":\"" + latency + "\"}")));
    }

    /** Changes a device's condition: online, offline, sleeping, flaky or silent. */
    public void become(String device, String condition) {
        send(HttpRequest.newBuilder(URI.create(control + "/devices/" + device))
                .POST(HttpRequest.BodyPublishers.ofString("{\"condition\":\"" + condition + "\"}")));
    }

    /** Asks for a fault, as the control API describes it in JSON. */
    public void fault(String json) {
        send(HttpRequest.newBuilder(URI.create(control + "/faults")).POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** Every token that the cloud ever made. */
    public List<String> tokensEverMade() {
        List<String> tokens = new ArrayList<>();
        get("/tokens").path("ever_made").forEach(token -> tokens.add(token.asText()));
        return tokens;
    }

    /** Revokes every token at once. */
    public void revokeTokens() {
        send(HttpRequest.newBuilder(URI.create(control + "/tokens/revoke")).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /** Counts anew from now on. */
    public void clearCounts() {
        send(HttpRequest.newBuilder(URI.create(control + "/counts")).DELETE());
    }

    public void clearFaults() {
        send(HttpRequest.newBuilder(URI.create(control + "/faults")).DELETE());
    }

    private JsonNode get(String path) {
        return send(HttpRequest.newBuilder(URI.create(control + path)).GET());
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response =
                    http.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException("the simulator's control API answers " + response.statusCode() + ": "
                        + new String(response.body(), StandardCharsets.UTF_8));
            }
            return response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
        } catch (IOException failed) {
            throw new IllegalStateException("the simulator's control API at " + control + " cannot be reached", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the simulator", interrupted);
        }
    }
}
