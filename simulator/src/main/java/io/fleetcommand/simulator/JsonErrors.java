package io.fleetcommand.simulator;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The error handler for malformed HTTP and for failures before routing; responds in the cloud's error format. */
final class JsonErrors {
    private JsonErrors() {}

    static boolean answer(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String error = "{\"ok\":false,\"error\":\"" + HttpStatus.getMessage(status) + "\"}";
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json; charset=utf-8");
        response.getHeaders().put("Access-Control-Allow-Origin", "*");
        Content.Sink.write(response, true, HttpMethod.HEAD.is(request.getMethod()) ? "" : error, callback);
        return true;
    }
}
