package io.fleetcommand.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.simulator.accounts.Credentials;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A client of a simulator's cloud, with a token, and of its control API. */
final class Browser {
    static final String PRODUCT = "/v1/products/12345";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient http;
    private final String cloud;
    private final String control;
    private Optional<String> token = Optional.empty();

    Browser(Simulator simulator) {
        this(HttpClient.newHttpClient(), simulator.url(), simulator.controlUrl());
    }

    Browser(HttpClient http, String cloud, String control) {
        this.http = http;
        this.cloud = cloud;
        this.control = control;
    }

    /** A response. */
    record Page(int status, String text, HttpResponse<String> response) {
        JsonNode json() {
            try {
                return JSON.readTree(text);
            } catch (IOException notJson) {
                throw new AssertionError("not JSON: " + text, notJson);
            }
        }
    }

    /** Requests a token as the product's client, and uses it from now on. */
    Browser signIn() throws Exception {
        token = Optional.of(mint(Credentials.DEFAULT.clientSecret().reveal())
                .json()
                .path("access_token")
                .asText());
        return this;
    }

    /** A browser with a token of the product's owner. */
    Browser signInAsOwner() throws Exception {
        var owner = Credentials.DEFAULT;
        String form = "grant_type=password&client_id=particle&client_secret=particle&username="
                + URLEncoder.encode(owner.owner(), StandardCharsets.UTF_8) + "&password="
                + URLEncoder.encode(owner.ownerPassword().reveal(), StandardCharsets.UTF_8);
        return with(send(HttpRequest.newBuilder(URI.create(cloud + "/oauth/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form)))
                .json()
                .path("access_token")
                .asText());
    }

    /** A browser without token. */
    Browser anonymous() {
        return new Browser(http, cloud, control);
    }

    Browser with(String otherToken) {
        Browser other = new Browser(http, cloud, control);
        other.token = Optional.of(otherToken);
        return other;
    }

    String token() {
        return token.orElseThrow();
    }

    Page mint(String secret) throws Exception {
        String basic = Base64.getEncoder()
                .encodeToString((Credentials.DEFAULT.clientId() + ":" + secret).getBytes(StandardCharsets.UTF_8));
        return send(HttpRequest.newBuilder(URI.create(cloud + "/oauth/token"))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=client_credentials&expires_in=3600")));
    }

    Page get(String path) throws Exception {
        return send(to(path).GET());
    }

    Page delete(String path) throws Exception {
        return send(to(path).DELETE());
    }

    Page post(String path, String json) throws Exception {
        return send(to(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    Page put(String path, String json) throws Exception {
        return send(to(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(json)));
    }

    Page call(String device, String function, String argument) throws Exception {
        return callAsync(device, function, argument).get();
    }

    CompletableFuture<Page> callAsync(String device, String function, String argument) {
        HttpRequest request = to(PRODUCT + "/devices/" + device + "/" + function)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("arg=" + URLEncoder.encode(argument, StandardCharsets.UTF_8)))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> new Page(response.statusCode(), response.body(), response));
    }

    Page read(String device, String variable) throws Exception {
        return get(PRODUCT + "/devices/" + device + "/" + variable);
    }

    JsonNode summary() throws Exception {
        return control("GET", "/counts/summary", "").json();
    }

    Page fault(String json) throws Exception {
        return control("POST", "/faults", json);
    }

    Page control(String method, String path, String json) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(control + path)).method(method, BodyPublishers.ofString(json)));
    }

    private HttpRequest.Builder to(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(cloud + path)).timeout(TIMEOUT);
        token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
        return request;
    }

    private Page send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Page(response.statusCode(), response.body(), response);
    }
}
