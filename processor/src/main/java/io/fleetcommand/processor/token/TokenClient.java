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

/** Client of the token-service's HTTP API. Tries the replicas in turn until one gives a result. Thread-safe. */
final class TokenClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration MARGIN = Duration.ofSeconds(5);
    private static final int NOT_MODIFIED = 304;
    private static final long MAX_BYTES = 64 * 1024;
    private static final Set<String> VERDICTS = Set.of("still_good", "replaced", "unknown");

    private final OkHttpClient client;
    private final List<HttpUrl> services;
    private final Secret secret;
    private final AtomicInteger nextReplica = new AtomicInteger();

    /** @param secret authenticates this processor to the token-service */
    TokenClient(OkHttpClient client, List<HttpUrl> services, Secret secret) {
        this.client = client;
        this.services = List.copyOf(services);
        this.secret = secret;
    }

    /** A call of one replica. */
    @FunctionalInterface
    private interface ReplicaCall<T> {
        /** @return empty if another replica should be tried */
        Optional<T> execute(HttpUrl service) throws IOException;
    }

    /**
     * Long-polls for a token that is newer than the known one. Each call starts with another replica, so that a replica
     * that lags does not hold this processor back.
     *
     * @param known the version in use; 0 for none
     * @return empty if there was no newer token within the wait
     * @throws IOException if no replica has a token; the message never quotes the response
     */
    Optional<TokenOffer> await(long known, Duration wait) throws IOException {
        OkHttpClient longPollClient = client.newBuilder()
                .callTimeout(wait.plus(MARGIN))
                .readTimeout(wait.plus(MARGIN))
                .build();
        nextReplica.incrementAndGet();
        return tryReplicas(service -> {
                    Request.Builder request = request(service, "v1/token", "wait_ms=" + wait.toMillis());
                    if (known > 0) {
                        request.header("If-None-Match", '"' + Long.toString(known) + '"');
                    }
                    return Optional.of(offer(longPollClient, request.get().build()));
                })
                .flatMap(offer -> offer);
    }

    /** Asks every replica in turn for a token newer than the known one; empty if none has one. */
    Optional<TokenOffer> newer(long known) throws IOException {
        return tryReplicas(
                service -> offer(client, request(service, "v1/token", "").get().build())
                        .filter(offer -> offer.isNewerThan(known)));
    }

    /**
     * Reports that the cloud rejected a token.
     *
     * @return the verdict of the leader
     */
    Optional<String> reject(long version) throws IOException {
        RequestBody emptyBody = RequestBody.create(new byte[0]);
        return tryReplicas(service -> Optional.of(execute(
                                client,
                                request(service, "v1/token/" + version + "/rejections", "")
                                        .post(emptyBody)
                                        .build())
                        .path("verdict")
                        .asText())
                .map(verdict -> VERDICTS.contains(verdict) ? verdict : "something else"));
    }

    private <T> Optional<T> tryReplicas(ReplicaCall<T> call) throws IOException {
        Optional<IOException> lastFailure = Optional.empty();
        int first = nextReplica.get();
        for (int offset = 0; offset < services.size(); offset++) {
            try {
                Optional<T> result = call.execute(services.get(Math.floorMod(first + offset, services.size())));
                if (result.isPresent()) {
                    return result;
                }
            } catch (IOException failure) {
                lastFailure = Optional.of(failure);
            }
        }
        if (lastFailure.isPresent()) {
            throw lastFailure.get();
        }
        return Optional.empty();
    }

    private Request.Builder request(HttpUrl service, String path, String query) {
        return new Request.Builder()
                .url(service.newBuilder()
                        .addPathSegments(path)
                        .query(query.isEmpty() ? null : query)
                        .build())
                .header("Authorization", "Bearer " + secret.reveal());
    }

    private Optional<TokenOffer> offer(OkHttpClient httpClient, Request request) throws IOException {
        JsonNode json = execute(httpClient, request);
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
        } catch (DateTimeException invalid) {
            throw new IOException("the token-service answered 200 without a complete token");
        }
    }

    /** @return the response body; a missing node for 304 */
    private static JsonNode execute(OkHttpClient httpClient, Request request) throws IOException {
        try (Response response = httpClient.newCall(request).execute()) {
            if (response.code() == NOT_MODIFIED) {
                return JSON.missingNode();
            }
            if (!response.isSuccessful()) {
                throw new IOException("the token-service at " + request.url().host() + ":"
                        + request.url().port() + " answers " + response.code()
                        + (response.code() == 401 ? ": check token.service.secret" : ""));
            }
            return JSON.readTree(response.peekBody(MAX_BYTES).bytes());
        } catch (JsonProcessingException invalid) {
            // The parser's message would quote the body, which may hold the token.
            throw new IOException("the token-service's answer is not JSON");
        }
    }
}
