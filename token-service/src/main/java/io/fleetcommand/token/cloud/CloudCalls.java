package io.fleetcommand.token.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.service.Redaction;
import io.fleetcommand.service.Secret;
import io.fleetcommand.text.VisibleText;
import io.fleetcommand.token.rotator.IssueResult;
import io.fleetcommand.token.rotator.Verification;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Calls of the device cloud's account routes. Every failure is returned as a value, never thrown. */
final class CloudCalls {
    private static final Set<String> TOKEN_ERRORS = Set.of("invalid_request", "invalid_token", "expired_token");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NO_CONTENT = 204;
    private static final int MAX_ERROR_CHARS = 500;
    private static final long MAX_BODY_BYTES = 1024 * 1024;

    private final OkHttpClient client;
    private final HttpUrl base;
    /** The secrets of any request, to be redacted in its failure; besides the token that it is about. */
    private final List<Secret> secrets;

    CloudCalls(OkHttpClient client, HttpUrl base, Secret... secrets) {
        this.client = client;
        this.base = base;
        this.secrets = List.of(secrets);
    }

    HttpUrl.Builder url(String path) {
        return base.newBuilder().addPathSegments(path);
    }

    Request.Builder authorized(HttpUrl url, Secret token) {
        return new Request.Builder().url(url).header("Authorization", "Bearer " + token.reveal());
    }

    /** @param read parses the token from the body of a 200 */
    IssueResult issue(Request request, Function<JsonNode, IssueResult> read) {
        Redaction redaction = Redaction.of(secrets);
        try (Response response = client.newCall(request).execute()) {
            String body = response.peekBody(MAX_BODY_BYTES).string();
            return switch (response.code()) {
                case 200 -> read.apply(parse(body));
                case 400, 401, 403 -> new IssueResult.Refused(response.code() + " " + errorText(body, redaction));
                case 429 -> new IssueResult.Throttled("the cloud answers 429");
                default -> new IssueResult.Failed("the cloud answers " + response.code());
            };
        } catch (IOException failed) {
            return new IssueResult.Failed(
                    "the cloud cannot be reached: " + sanitized(String.valueOf(failed.getMessage()), redaction));
        }
    }

    /** Sends a GET that is authenticated by the token. */
    Verification verify(HttpUrl url, Secret token) {
        Redaction redaction =
                Redaction.of(Stream.concat(secrets.stream(), Stream.of(token)).toList());
        Request request = authorized(url, token).build();
        try (Response response = client.newCall(request).execute()) {
            String body = response.peekBody(MAX_BODY_BYTES).string();
            return switch (response.code()) {
                case 200 -> new Verification.Accepted(expiry(parse(body)));
                case 400, 401, 403 ->
                    isCloudError(parse(body))
                            ? new Verification.Rejected(response.code() + " " + errorText(body, redaction))
                            : new Verification.Unknown(
                                    response.code() + " from a proxy or front end, not in the cloud's form");
                default -> new Verification.Unknown("the cloud answers " + response.code());
            };
        } catch (IOException failed) {
            return new Verification.Unknown(
                    "the cloud cannot be reached: " + sanitized(String.valueOf(failed.getMessage()), redaction));
        }
    }

    /** {@code GET /v1/access_tokens/current} (docs/cloud-contract.md §5.2). */
    Verification inspect(Secret token) {
        return verify(url("v1/access_tokens/current").build(), token);
    }

    /**
     * Sends a DELETE.
     *
     * @param gone error statuses by which the cloud says that there is nothing to delete any more
     * @return whether it is deleted now; an error of a proxy or front end says nothing of it
     */
    boolean delete(HttpUrl url, Secret token, Set<Integer> gone) {
        Request request = authorized(url, token).delete().build();
        try (Response response = client.newCall(request).execute()) {
            return response.code() == 200
                    || response.code() == NO_CONTENT
                    || gone.contains(response.code())
                            && isCloudError(
                                    parse(response.peekBody(MAX_BODY_BYTES).string()));
        } catch (IOException failed) {
            return false;
        }
    }

    /** The JSON body of a 200; empty for any other response or none. */
    Optional<JsonNode> read(Request request) {
        try (Response response = client.newCall(request).execute()) {
            return response.code() == 200
                    ? Optional.of(parse(response.peekBody(MAX_BODY_BYTES).string()))
                    : Optional.empty();
        } catch (IOException failed) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> expiry(JsonNode json) {
        try {
            return Optional.of(json.path("expires_at").asText(""))
                    .filter(text -> !text.isEmpty() && !text.equals("null"))
                    .map(text -> OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Whether an error is in the cloud's own form. A proxy or front end that refuses everybody says nothing about a token,
     * and a good one must not be replaced for it.
     */
    private static boolean isCloudError(JsonNode json) {
        String error = json.path("error").asText();
        return json.path("ok").isBoolean() && !json.path("ok").asBoolean()
                || TOKEN_ERRORS.contains(error)
                || error.equals("unauthorized")
                        && json.path("error_description").isTextual()
                || error.matches("(?i)permission denied\\.?");
    }

    /** The error's code and description, and nothing else of the body, which may echo the request. */
    private static String errorText(String body, Redaction redaction) {
        JsonNode json = parse(body);
        String text = json.path("error").asText() + " "
                + json.path("error_description").asText();
        return sanitized(text.strip(), redaction);
    }

    /** Redacts before truncating: half a secret would not be recognized. */
    private static String sanitized(String text, Redaction redaction) {
        return VisibleText.of(redaction.clean(text), MAX_ERROR_CHARS);
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return JSON.missingNode();
        }
    }
}
