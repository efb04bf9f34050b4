package io.fleetcommand.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import okhttp3.Credentials;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The device cloud's token endpoints. Whatever happens there is a value. */
final class Cloud {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_TEXT = 200;

    private final OkHttpClient client;
    private final HttpUrl base;
    private final String clientId;
    private final Secret clientSecret;
    private final Duration life;

    /** @param life how long a new token is to live */
    Cloud(OkHttpClient client, HttpUrl base, String clientId, Secret clientSecret, Duration life) {
        this.client = client;
        this.base = base;
        this.clientId = clientId;
        this.clientSecret = clientSecret;
        this.life = life;
    }

    /** Makes a token, and proves it by a cheap call before anybody relies on it. */
    Mint mint() {
        Request request = new Request.Builder()
                .url(base.newBuilder().addPathSegments("oauth/token").build())
                .header("Authorization", Credentials.basic(clientId, clientSecret.reveal()))
                .post(new FormBody.Builder()
                        .add("grant_type", "client_credentials")
                        .add("expires_in", Long.toString(life.toSeconds()))
                        .build())
                .build();
        try (Response response = client.newCall(request).execute()) {
            String body = response.body().string();
            return switch (response.code()) {
                case 200 -> proven(body);
                case 400, 401, 403 -> new Mint.Refused(response.code() + " " + said(body));
                default -> new Mint.Failed("the cloud answers " + response.code());
            };
        } catch (IOException failed) {
            return new Mint.Failed("the cloud cannot be reached: " + failed.getMessage());
        }
    }

    /** Whether the cloud accepts a token; empty if it could not be asked. */
    Optional<Boolean> accepts(Secret token) {
        Request request = new Request.Builder()
                .url(base.newBuilder()
                        .addPathSegments("v1/access_tokens/current")
                        .build())
                .header("Authorization", "Bearer " + token.reveal())
                .build();
        try (Response response = client.newCall(request).execute()) {
            return switch (response.code()) {
                case 200 -> Optional.of(true);
                case 400, 401 -> Optional.of(false);
                default -> Optional.empty();
            };
        } catch (IOException failed) {
            return Optional.empty();
        }
    }

    private Mint proven(String body) {
        JsonNode json = parsed(body);
        String value = json.path("access_token").asText();
        if (value.isBlank()) {
            return new Mint.Failed("the cloud answers 200 without an access_token");
        }
        // An expires_in of 0 means that the token does not end; it is replaced as if it did.
        long seconds = json.path("expires_in").asLong(life.toSeconds());
        Secret token = Secret.of(value);
        return accepts(token).orElse(false)
                ? new Mint.Done(token, seconds > 0 ? Duration.ofSeconds(seconds) : life)
                : new Mint.Failed("the cloud has not confirmed the token it has just made");
    }

    /** The error's code and description, and nothing else of the body: an answer may repeat what it was asked. */
    private static String said(String body) {
        JsonNode json = parsed(body);
        String text = json.path("error").asText() + " "
                + json.path("error_description").asText();
        return text.length() <= LONGEST_TEXT ? text.strip() : text.substring(0, LONGEST_TEXT) + "…";
    }

    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return JSON.missingNode();
        }
    }
}
