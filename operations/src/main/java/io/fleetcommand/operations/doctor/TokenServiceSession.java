package io.fleetcommand.operations.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.service.Secret;
import io.fleetcommand.text.VisibleText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * The replicas of the token-service, as one caller sees them.
 *
 * @param secret of a caller that is a reader, as processors are
 */
public record TokenServiceSession(List<String> urls, Secret secret, Optional<SSLContext> trusted)
        implements TokenGiver {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int MAX_TEXT = 300;

    public TokenServiceSession {
        urls = List.copyOf(urls);
    }

    /** Asks the replicas in turn; the first that gives a token will do. */
    @Override
    public Given give() throws InterruptedException {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(LIMIT);
        trusted.ifPresent(client::sslContext);
        HttpClient http = client.build();
        Optional<Given> worst = Optional.empty();
        for (String url : urls) {
            Given given = give(http, url);
            if (given.token().isPresent()) {
                return given;
            }
            worst = worst.or(() -> Optional.of(given));
        }
        return worst.orElseGet(() -> nothing(Finding.skipped("no address of the token-service is known")));
    }

    private Given give(HttpClient http, String url) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/token"))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + secret.reveal())
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return switch (response.statusCode()) {
                case 200 -> token(url, response.body());
                case 401 ->
                    nothing(Finding.failed(
                            "the token-service at " + url + " does not know this secret",
                            "make token.service.secret here equal to caller.NAME.secret there"));
                case 403 ->
                    nothing(Finding.failed(
                            "the secret is an operator's, who never sees the token",
                            "name a reader's: that of a processor"));
                case 429 ->
                    nothing(Finding.failed(
                            "the token-service at " + url + " has seen too many wrong secrets from here",
                            "correct the secret, and wait a minute"));
                case 503 ->
                    nothing(
                            Finding.failed(
                                    "the token-service has no token: " + error(response.body()),
                                    "see ./fleet token status; its own source or the cloud's address is wrong, or it is locked out"));
                default ->
                    nothing(Finding.failed(
                            "the token-service at " + url + " answers " + response.statusCode(), "see its log"));
            };
        } catch (IOException failed) {
            return nothing(
                    CloudAddressCheck.isUntrusted(failed)
                            ? Finding.failed(
                                    "the certificate of the token-service at " + url + " is not trusted",
                                    "name its authority by token.service.ssl.truststore.location")
                            : Finding.failed(
                                    "no token-service answers at " + url, "see that it runs, and token.service.url"));
        }
    }

    private static Given token(String url, String body) {
        JsonNode json = json(body);
        String value = json.path("value").asText("");
        return value.isEmpty()
                ? nothing(Finding.failed("what answers at " + url + " is no token-service", "check token.service.url"))
                : new Given(
                        Optional.of(Secret.of(value)),
                        Finding.ok("gives token " + json.path("version").asLong() + ", which ends "
                                + VisibleText.of(json.path("expires_at").asText("never"), MAX_TEXT)));
    }

    private static Given nothing(Finding finding) {
        return new Given(Optional.empty(), finding);
    }

    private static String error(String body) {
        return VisibleText.of(json(body).path("error").asText(""), MAX_TEXT);
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return JSON.missingNode();
        }
    }
}
