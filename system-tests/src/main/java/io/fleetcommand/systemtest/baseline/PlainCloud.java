package io.fleetcommand.systemtest.baseline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** The device cloud as most programs call it: the thread waits for the answer, and what goes wrong is an exception. */
final class PlainCloud {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CALL = Duration.ofSeconds(40);
    private static final long IDLE_SECONDS = 30;

    private final OkHttpClient client;
    private final HttpUrl base;
    private final String product;
    private final String token;

    PlainCloud(OkHttpClient client, String url, String product, String token) {
        this.client = client;
        this.base = HttpUrl.get(url);
        this.product = product;
        this.token = token;
    }

    /** A client like the processor's own: as many connections as calls, and no second sending. */
    static OkHttpClient client(int inFlight) {
        return new OkHttpClient.Builder()
                .connectionPool(new ConnectionPool(inFlight, IDLE_SECONDS, TimeUnit.SECONDS))
                .retryOnConnectionFailure(false)
                .callTimeout(CALL)
                .readTimeout(CALL)
                .build();
    }

    /** @param receivedAt when the command was read */
    CommandResult call(DeviceCommand command, Instant receivedAt) {
        long startedNanos = System.nanoTime();
        Request request = new Request.Builder()
                .url(base.newBuilder()
                        .addPathSegments("v1/products")
                        .addPathSegment(product)
                        .addPathSegment("devices")
                        .addPathSegment(command.getDeviceId())
                        .addPathSegment(command.getFunction())
                        .build())
                .header("Authorization", "Bearer " + token)
                .post(new FormBody.Builder().add("arg", command.getArgument()).build())
                .build();
        try (Response response = client.newCall(request).execute()) {
            JsonNode body = JSON.readTree(response.body().bytes());
            return CommandResult.newBuilder()
                    .setRequestId(command.getRequestId())
                    .setDeviceId(command.getDeviceId())
                    .setProduct(product)
                    .setFunction(command.getFunction())
                    .setStatus(response.code() == 200 ? Status.SUCCEEDED : Status.REJECTED)
                    .setReason(response.code() == 200 ? Reason.NONE : Reason.REFUSED)
                    .setDetail("")
                    .setReturnValue(body.path("return_value").asInt())
                    .setHttpStatus(response.code())
                    .setAttempts(1)
                    .setRequester(command.getRequester())
                    .setReceivedAt(receivedAt)
                    .setFinishedAt(Instant.now())
                    .setWaitedForTurnMs(0)
                    .setWaitedForQuotaMs(0)
                    .setCloudMs(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos))
                    .build();
        } catch (IOException failed) {
            throw new UncheckedIOException("command " + command.getRequestId() + " has no answer", failed);
        }
    }
}
