package io.fleetcommand.processor.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.BearerText;
import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** The token-service's HTTP interface. Its replicas are asked in turn until one answers. */
final class TokenClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration MARGIN = Duration.ofSeconds(5);
    private static final int NOT_MODIFIED = 304;
    private static final long MAX_BYTES = 64 * 1024;
    private static final Set<String> VERDICTS = Set.of("still_good", "replaced", "unknown");

    private final OkHttpClient client;
    private final List<HttpUrl> services;
    private final Secret caller;
    private final AtomicInteger turn = new AtomicInteger();

    /** @param caller by which the token-service knows this caller */
    TokenClient(OkHttpClient client, List<HttpUrl> services, Secret caller) {
        this.client = client;
        this.services = List.copyOf(services);
        this.caller = caller;
    }

    /** What one replica is asked. */
    @FunctionalInterface
    private interface Question<T> {
        /** Empty if another should be asked. */
        Optional<T> ask(HttpUrl service) throws IOException;
    }

    /**
     * The token, as soon as there is a newer one than that at hand. Each time another replica is asked first, so that
     * one which has fallen behind does not keep this caller behind.
     *
     * @param known the version at hand; 0 for none
     * @return empty if there was no newer one while it waited
     * @throws IOException if no replica has a token to give, saying why and never what was read
     */
    Optional<TokenOffer> await(long known, Duration wait) throws IOException {
        OkHttpClient patient = client.newBuilder()
                .callTimeout(wait.plus(MARGIN))
                .readTimeout(wait.plus(MARGIN))
                .build();
        turn.incrementAndGet();
        return inTurn(service -> {
                    Request.Builder request = request(service, "v1/token", "wait_ms=" + wait.toMillis());
                    if (known > 0) {
                        request.header("If-None-Match", '"' + Long.toString(known) + '"');
                    }
                    return Optional.of(offer(patient, request.get().build()));
                })
                .flatMap(offer -> offer);
    }

    /** The token, asking every replica that may not have it yet; empty if none has a newer one. */
    Optional<TokenOffer> newer(long known) throws IOException {
        return inTurn(
                service -> offer(client, request(service, "v1/token", "").get().build())
                        .filter(offer -> offer.isNewerThan(known)));
    }

    /** Tells that the cloud did not accept a token; gives the verdict of the replica that leads, in its words. */
    Optional<String> reject(long version) throws IOException {
        RequestBody nothing = RequestBody.create(new byte[0]);
        return inTurn(service -> Optional.of(answer(
                                client,
                                request(service, "v1/token/" + version + "/rejections", "")
                                        .post(nothing)
                                        .build())
                        .path("verdict")
                        .asText())
                .map(verdict -> VERDICTS.contains(verdict) ? verdict : "something else"));
    }

    private <T> Optional<T> inTurn(Question<T> question) throws IOException {
        Optional<IOException> trouble = Optional.empty();
        int first = turn.get();
        for (int next = 0; next < services.size(); next++) {
            try {
                Optional<T> answer = question.ask(services.get(Math.floorMod(first + next, services.size())));
                if (answer.isPresent()) {
                    return answer;
                }
            } catch (IOException failed) {
                trouble = Optional.of(failed);
            }
        }
        if (trouble.isPresent()) {
            throw trouble.get();
        }
        return Optional.empty();
    }

    private Request.Builder request(HttpUrl service, String path, String query) {
        return new Request.Builder()
                .url(service.newBuilder()
                        .addPathSegments(path)
                        .query(query.isEmpty() ? null : query)
                        .build())
                .header("Authorization", "Bearer " + caller.reveal());
    }

    private Optional<TokenOffer> offer(OkHttpClient asking, Request request) throws IOException {
        JsonNode json = answer(asking, request);
        if (json.isMissingNode()) {
            return Optional.empty();
        }
        long version = json.path("version").asLong();
        String value = json.path("value").asText();
        if (version < 1 || !BearerText.isValid(value)) {
            throw new IOException("the token-service answered 200 without a complete token");
        }
        try {
            return Optional.of(new TokenOffer(
                    new AccessToken(version, Secret.of(value)),
                    Optional.of(json.path("expires_at"))
                            .filter(JsonNode::isTextual)
                            .map(end -> Instant.parse(end.asText()))));
        } catch (DateTimeException incomplete) {
            throw new IOException("the token-service answered 200 without a complete token");
        }
    }

    /** Missing for a 304. */
    private static JsonNode answer(OkHttpClient asking, Request request) throws IOException {
        try (Response response = asking.newCall(request).execute()) {
            if (response.code() == NOT_MODIFIED) {
                return JSON.missingNode();
            }
            if (!response.isSuccessful()) {
                throw new IOException("the token-service at " + request.url().host() + ":"
                        + request.url().port() + " answers " + response.code()
                        + (response.code() == 401 ? ": check token.service.secret" : ""));
            }
            return JSON.readTree(response.peekBody(MAX_BYTES).bytes());
        } catch (JsonProcessingException notJson) {
            // Its message would quote the body, and the body may hold the token.
            throw new IOException("the token-service's answer is not JSON");
        }
    }
}
