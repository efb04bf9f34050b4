package io.fleetcommand.token.cloud;

import java.time.Duration;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;

/** A cloud that answers as it is told, and a client of it. */
final class CloudFixture {
    private CloudFixture() {}

    static OkHttpClient client() {
        return new OkHttpClient.Builder()
                .callTimeout(Duration.ofMillis(500))
                .retryOnConnectionFailure(false)
                .build();
    }

    static void answer(MockWebServer server, int status, String body) {
        server.enqueue(new MockResponse.Builder().code(status).body(body).build());
    }
}
