package io.fleetcommand.simulator;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What the server answers to a request that is no HTTP, or before any route sees it: in the cloud's form of an error. */
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
