package io.fleetcommand.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.registry.Tls;
import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One replica of the token-service, as one caller sees it. */
public final class TokenServiceClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final HttpClient http;
    private final String url;
    private final Secret caller;

    public TokenServiceClient(String url, Secret caller) {
        this(url, caller, Optional.empty());
    }

    /** @param authority PEM file of who is trusted to vouch for it; empty for those of the JDK */
    public TokenServiceClient(String url, Secret caller, Optional<Path> authority) {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2));
        authority.ifPresent(file -> client.sslContext(
                Tls.from(Map.of("ssl.truststore.type", "PEM", "ssl.truststore.location", file.toString()))
                        .context()));
        this.http = client.build();
        this.url = url;
        this.caller = caller;
    }

    public String url() {
        return url;
    }

    /**
     * How the rotation stands, to an operator.
     *
     * @param status empty if it is not told
     * @param obstacle why it is not told, in words
     */
    public record Standing(Optional<JsonNode> status, String obstacle) {}

    public Standing standing() {
        Optional<HttpResponse<String>> answer = send(request("/v1/status").GET());
        return new Standing(
                json(answer, 200), answer.map(TokenServiceClient::obstacle).orElse("cannot be reached"));
    }

    /** How the rotation stands, to an operator; empty if it is not told. */
    public Optional<JsonNode> status() {
        return standing().status();
    }

    private static String obstacle(HttpResponse<String> answer) {
        return switch (answer.statusCode()) {
            case 200 -> "does not answer as a token-service does";
            case 401 -> "does not know this secret";
            case 403 -> "knows this secret, but not as an operator's";
            case 429 -> "was shown too many wrong secrets; try again later";
            default -> "answers " + answer.statusCode();
        };
    }

    /** Orders a rotation, as an operator: the version that the new token's will exceed; empty if it is not taken. */
    public Optional<Long> order() {
        return json(send(request("/v1/rotations").POST(HttpRequest.BodyPublishers.noBody())), 202)
                .map(answer -> answer.path("newer_than").asLong());
    }

    /** The version that readers are given, to a reader; empty if none can be had. */
    public Optional<Long> version() {
        return json(send(request("/v1/token").GET()), 200)
                .map(answer -> answer.path("version").asLong());
    }

    /** Many readers report at once that a version was refused; their verdicts, empty where there was none. */
    public List<Optional<String>> reject(long version, int callers) {
        HttpRequest report = request("/v1/token/" + version + "/rejections")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int number = 0; number < callers; number++) {
            answers.add(http.sendAsync(report, HttpResponse.BodyHandlers.ofString()));
        }
        return answers.stream()
                .map(answer -> json(
                                answer.handle((given, failed) -> Optional.ofNullable(given))
                                        .join(),
                                200)
                        .map(given -> given.path("verdict").asText()))
                .toList();
    }

    /** What anybody is told under a path, whatever the status; empty if nothing is. */
    public Optional<String> body(String path) {
        return send(request(path).GET()).map(HttpResponse::body);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + caller.reveal());
    }

    private Optional<HttpResponse<String>> send(HttpRequest.Builder request) {
        try {
            return Optional.of(http.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException away) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> json(Optional<HttpResponse<String>> answer, int wanted) {
        return answer.filter(given -> given.statusCode() == wanted).flatMap(given -> {
            try {
                return Optional.of(JSON.readTree(given.body()));
            } catch (IOException notJson) {
                return Optional.empty();
            }
        });
    }
}
