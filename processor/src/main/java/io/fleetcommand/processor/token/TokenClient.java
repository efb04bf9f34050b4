package io.fleetcommand.processor.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** The token-service's HTTP interface. */
final class TokenClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OkHttpClient client;
    private final HttpUrl service;
    private final Secret caller;

    /** @param caller by which the token-service knows this caller */
    TokenClient(OkHttpClient client, HttpUrl service, Secret caller) {
        this.client = client;
        this.service = service;
        this.caller = caller;
    }

    /** @throws IOException if there is no token to be had, saying why and never what was read */
    TokenOffer fetch() throws IOException {
        JsonNode json = ask(request("v1/token").get().build());
        try {
            return new TokenOffer(
                    new AccessToken(
                            json.path("version").asLong(),
                            Secret.of(json.path("value").asText())),
                    Instant.parse(json.path("expires_at").asText()),
                    Instant.parse(json.path("refresh_after").asText()));
        } catch (IllegalArgumentException | DateTimeException incomplete) {
            throw new IOException("the token-service answered 200 without a complete token");
        }
    }

    /** Tells that the cloud did not accept a token; gives the service's verdict. */
    String reject(long version) throws IOException {
        RequestBody nothing = RequestBody.create(new byte[0]);
        return ask(request("v1/token/" + version + "/rejections").post(nothing).build())
                .path("verdict")
                .asText();
    }

    private Request.Builder request(String path) {
        return new Request.Builder()
                .url(service.newBuilder().addPathSegments(path).build())
                .header("Authorization", "Bearer " + caller.reveal());
    }

    private JsonNode ask(Request request) throws IOException {
        try (Response response = client.newCall(request).execute()) {
            if (!response.isSuccessful()) {
                throw new IOException("the token-service at " + service + " answers " + response.code()
                        + (response.code() == 401 ? ": check token.service.secret" : ""));
            }
            return JSON.readTree(response.body().bytes());
        } catch (JsonProcessingException notJson) {
            // Its message would quote the body, and the body may hold the token.
            throw new IOException("the token-service's answer is not JSON");
        }
    }
}
