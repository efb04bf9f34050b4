package io.fleetcommand.token.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.service.Redaction;
import io.fleetcommand.service.Secret;
import io.fleetcommand.service.VisibleText;
import io.fleetcommand.token.keeper.IssueResult;
import io.fleetcommand.token.keeper.Verification;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Calls of the device cloud's account routes. Whatever happens there is a value. */
final class CloudCalls {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_TEXT = 500;
    private static final long LONGEST_BODY = 1024 * 1024;

    private final OkHttpClient client;
    private final HttpUrl base;
    /** What every request may show, beside the token that it is about. */
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

    /** What came of a request that makes a token; the token is read from a 200's body. */
    IssueResult issue(Request request, Function<JsonNode, IssueResult> read) {
        Redaction redaction = Redaction.of(secrets);
        try (Response response = client.newCall(request).execute()) {
            String body = response.peekBody(LONGEST_BODY).string();
            return switch (response.code()) {
                case 200 -> read.apply(parsed(body));
                case 400, 401, 403 -> new IssueResult.Refused(response.code() + " " + said(body, redaction));
                case 429 -> new IssueResult.Throttled("the cloud answers 429");
                default -> new IssueResult.Failed("the cloud answers " + response.code());
            };
        } catch (IOException failed) {
            return new IssueResult.Failed(
                    "the cloud cannot be reached: " + shown(String.valueOf(failed.getMessage()), redaction));
        }
    }

    /** What the cloud says of the token that a request shows. */
    Verification verify(HttpUrl url, Secret token) {
        Redaction redaction =
                Redaction.of(Stream.concat(secrets.stream(), Stream.of(token)).toList());
        Request request = authorized(url, token).build();
        try (Response response = client.newCall(request).execute()) {
            String body = response.peekBody(LONGEST_BODY).string();
            return switch (response.code()) {
                case 200 -> new Verification.Accepted(end(parsed(body)));
                case 400, 401, 403 -> new Verification.Rejected(response.code() + " " + said(body, redaction));
                default -> new Verification.Unknown("the cloud answers " + response.code());
            };
        } catch (IOException failed) {
            return new Verification.Unknown(
                    "the cloud cannot be reached: " + shown(String.valueOf(failed.getMessage()), redaction));
        }
    }

    /** {@code GET /v1/access_tokens/current} (contract, section 5.2). */
    Verification inspect(Secret token) {
        return verify(url("v1/access_tokens/current").build(), token);
    }

    /** The status of an answer; empty if there was none. */
    Optional<Integer> status(Request request) {
        try (Response response = client.newCall(request).execute()) {
            return Optional.of(response.code());
        } catch (IOException failed) {
            return Optional.empty();
        }
    }

    /** The body of a 200; empty if there was none. */
    Optional<JsonNode> read(Request request) {
        try (Response response = client.newCall(request).execute()) {
            return response.code() == 200
                    ? Optional.of(parsed(response.peekBody(LONGEST_BODY).string()))
                    : Optional.empty();
        } catch (IOException failed) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> end(JsonNode json) {
        try {
            return Optional.of(json.path("expires_at").asText(""))
                    .filter(text -> !text.isEmpty() && !text.equals("null"))
                    .map(text -> OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    /** The error's code and description, and nothing else of the body: an answer may repeat what it was asked. */
    private static String said(String body, Redaction redaction) {
        JsonNode json = parsed(body);
        String text = json.path("error").asText() + " "
                + json.path("error_description").asText();
        return shown(text.strip(), redaction);
    }

    /** Redacted before it is cut: half a secret would not be known again. */
    private static String shown(String text, Redaction redaction) {
        return VisibleText.of(redaction.clean(text), LONGEST_TEXT);
    }

    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return JSON.missingNode();
        }
    }
}
