package io.fleetcommand.simulator.routes;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An HTTP response. */
record Reply(int status, String contentType, byte[] body, Map<String, String> headers) implements RouteResponse {
    static final String JSON = "application/json; charset=utf-8";
    private static final String HTML = "text/html";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final byte[] NOTHING = {};

    static Reply json(int status, byte[] body) {
        return new Reply(status, JSON, body, Map.of());
    }

    static Reply json(int status, String body) {
        return json(status, body.getBytes(StandardCharsets.UTF_8));
    }

    static Reply text(String body) {
        return new Reply(200, TEXT, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** The HTML error page of a proxy whose backend is unavailable. */
    static Reply html(int status) {
        var page = "<html>\r\n<head><title>" + status + "</title></head>\r\n<body>\r\n<center><h1>" + status
                + "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
        return new Reply(status, HTML, page.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Reply noContent() {
        return new Reply(204, JSON, NOTHING, Map.of());
    }

    Reply withHeaders(Map<String, String> added) {
        return new Reply(status, contentType, body, added);
    }

    @Override
    public void sendTo(Context context) {
        context.status(status).header("Access-Control-Allow-Origin", "*");
        if (status != 204) {
            context.contentType(contentType).result(body);
        }
        headers.forEach(context::header);
    }

    String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
