package io.fleetcommand.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A request as the routes see it. Lives on the thread that serves it. */
final class Request {
    private static final String BEARER = "Bearer ";

    private final Context context;
    private final long nowNanos;
    private final Bodies bodies;

    Request(Context context, long nowNanos, Bodies bodies) {
        this.context = context;
        this.nowNanos = nowNanos;
        this.bodies = bodies;
    }

    long nowNanos() {
        return nowNanos;
    }

    String source() {
        return context.ip();
    }

    String path(String name) {
        return context.pathParam(name);
    }

    boolean hasPath(String name) {
        return context.pathParamMap().containsKey(name);
    }

    Optional<String> query(String name) {
        return context.queryString() == null ? Optional.empty() : Optional.ofNullable(context.queryParam(name));
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(context.header(name));
    }

    boolean isForm() {
        return contentType().startsWith("application/x-www-form-urlencoded");
    }

    boolean isJson() {
        return contentType().startsWith("application/json");
    }

    byte[] body() {
        return context.bodyAsBytes();
    }

    /** Every field of a form, in its order. */
    java.util.Map<String, List<String>> form() {
        return context.formParamMap();
    }

    /** One text field of the body, be it a form or JSON. */
    Optional<String> field(String name) {
        return isForm()
                ? Optional.ofNullable(context.formParam(name))
                : Optional.ofNullable(json().get(name))
                        .filter(JsonNode::isValueNode)
                        .map(JsonNode::asText);
    }

    /** A list field of the body: a JSON array, or {@code name[]=} or {@code name=} repeated in a form. */
    Optional<List<String>> listField(String name) {
        if (isForm()) {
            var values = new ArrayList<>(context.formParams(name));
            values.addAll(context.formParams(name + "[]"));
            return values.isEmpty() ? Optional.empty() : Optional.of(values);
        }
        var node = json().get(name);
        if (node == null) {
            return Optional.empty();
        }
        var values = new ArrayList<String>();
        if (node.isArray()) {
            node.forEach(item -> values.add(item.asText()));
        } else {
            values.add(node.asText());
        }
        return Optional.of(values);
    }

    /** The JSON body; an empty object if there is none. */
    JsonNode json() {
        if (!isJson() || body().length == 0) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            return Json.parse(body());
        } catch (IllegalArgumentException e) {
            throw new Refusal(Bodies.notOk(400, "The body is not JSON"));
        }
    }

    /** The one access token that the request shows (particle-contract §1). */
    String accessToken() {
        return shownToken().orElseThrow(() -> new Refusal(bodies.tokenMissing()));
    }

    /** @throws Refusal if there is more than one, or the header is malformed */
    Optional<String> shownToken() {
        var shown = new ArrayList<String>(1);
        header("Authorization").ifPresent(header -> {
            if (!header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                throw new Refusal(bodies.malformedAuthorization());
            }
            shown.add(header.substring(BEARER.length()).strip());
        });
        if (context.method() == io.javalin.http.HandlerType.GET) {
            query("access_token").ifPresent(shown::add);
        } else if (isForm()) {
            Optional.ofNullable(context.formParam("access_token")).ifPresent(shown::add);
        }
        if (shown.size() > 1) {
            throw new Refusal(bodies.twoTokens());
        }
        return shown.stream().findFirst();
    }

    private String contentType() {
        var type = context.contentType();
        return type == null ? "" : type;
    }
}
