package io.fleetcommand.processor.cloud;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Sends one request, at most once. A request that met a stale connection, and so was not sent, is repeated on another
 * connection. Confined to one thread.
 */
final class SendOnce {
    /**
     * Maximum number of connections to try. After a restart of the server all pooled connections may be stale; beyond
     * this limit the caller retries.
     */
    private static final int MAX_CONNECTIONS = 5;

    private final OkHttpClient client;
    private final Request request;
    private final RequestSentTracker sent = new RequestSentTracker();

    SendOnce(OkHttpClient client, Request request) {
        this.client = client;
        this.request = request;
    }

    Response execute() throws IOException {
        for (int tried = 1; ; tried++) {
            Call call = client.newCall(request);
            call.addEventListener(sent);
            try {
                return call.execute();
            } catch (StaleConnectionInterceptor.Closed closed) {
                if (mayHaveBeenProcessed(closed) || tried == MAX_CONNECTIONS) {
                    throw closed;
                }
            }
        }
    }

    /** Whether the request may have been processed although {@link #execute} failed. */
    boolean mayHaveBeenProcessed(Exception failure) {
        return sent.mayHaveBeenProcessed(failure);
    }
}
