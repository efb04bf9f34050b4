package io.fleetcommand.token;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;

/** Mints numbered tokens and knows which of them are good. */
final class FakeCloud extends Dispatcher {
    static final String VALUE = "cloud-token-";

    final AtomicInteger mints = new AtomicInteger();
    final AtomicInteger inspections = new AtomicInteger();
    final Set<String> good = ConcurrentHashMap.newKeySet();
    volatile int mintStatus = 200;
    volatile int inspectStatus = 0;

    @Override
    public MockResponse dispatch(RecordedRequest request) {
        return request.getUrl().encodedPath().equals("/oauth/token") ? mint() : inspect(request);
    }

    private MockResponse mint() {
        int number = mints.incrementAndGet();
        if (mintStatus != 200) {
            return answer(mintStatus, "{\"error\":\"invalid_client\"}");
        }
        good.add("Bearer " + VALUE + number);
        return answer(200, "{\"access_token\":\"" + VALUE + number + "\",\"expires_in\":1000}");
    }

    private MockResponse inspect(RecordedRequest request) {
        inspections.incrementAndGet();
        if (inspectStatus != 0) {
            return answer(inspectStatus, "");
        }
        return answer(good.contains(request.getHeaders().get("Authorization")) ? 200 : 401, "{}");
    }

    private static MockResponse answer(int status, String body) {
        return new MockResponse.Builder().code(status).body(body).build();
    }
}
