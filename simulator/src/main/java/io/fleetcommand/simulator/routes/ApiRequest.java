package io.fleetcommand.simulator.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fleetcommand.service.Secret;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request as the routes see it. Lives on the thread that serves it. */
final class ApiRequest {
    private static final String BEARER = "Bearer ";

    private final Context context;
    private final long nowNanos;
    private final Bodies bodies;
    private Optional<Map<String, List<String>>> query = Optional.empty();
    private Optional<Map<String, List<String>>> form = Optional.empty();
    private Optional<JsonNode> json = Optional.empty();

    ApiRequest(Context context, long nowNanos, Bodies bodies) {
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

    /** As it was sent, escapes included. */
    String rawPath() {
        return context.path();
    }

    String path(String name) {
        return context.pathParam(name);
    }

    boolean hasPath(String name) {
        return context.pathParamMap().containsKey(name);
    }

    Optional<String> query(String name) {
        if (context.queryString() == null) {
            return Optional.empty();
        }
        if (query.isEmpty()) {
            query = Optional.of(UrlEncoded.parse(context.queryString()));
        }
        return first(query.get(), name);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(context.header(name));
    }

    boolean isForm() {
        return contentType().startsWith("application/x-www-form-urlencoded");
    }

    boolean isMultipart() {
        return contentType().startsWith(Multipart.TYPE);
    }

    boolean isJson() {
        return contentType().startsWith("application/json");
    }

    /** @throws Refusal if it is longer than the simulator reads */
    byte[] body() {
        try {
            return context.bodyAsBytes();
        } catch (HttpResponseException tooLong) {
            throw new Refusal(Bodies.notOk(tooLong.getStatus(), "The body is too long"));
        }
    }

    /** Every field of a form, be it URL-encoded or multipart, in its order; empty if the body is none. */
    Map<String, List<String>> form() {
        if (form.isEmpty()) {
            form = Optional.of(parseForm());
        }
        return form.get();
    }

    /** One field of the body, be it a form or JSON; a JSON null is there. */
    Optional<JsonNode> value(String name) {
        return isForm() || isMultipart()
                ? first(form(), name).map(TextNode::valueOf)
                : Optional.ofNullable(json().get(name));
    }

    /** One text field of the body; empty if it is a null, a list or an object. */
    Optional<String> field(String name) {
        return value(name).filter(node -> node.isValueNode() && !node.isNull()).map(JsonNode::asText);
    }

    Optional<Secret> secretField(String name) {
        return field(name).flatMap(BasicLogin::secret);
    }

    /** A list field of the body: a JSON array, or {@code name[]=} or {@code name=} repeated in a form. */
    Optional<List<String>> listField(String name) {
        if (isForm() || isMultipart()) {
            var values = new ArrayList<>(form().getOrDefault(name, List.of()));
            values.addAll(form().getOrDefault(name + "[]", List.of()));
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
        if (json.isEmpty()) {
            try {
                json = Optional.of(SimulatorJson.parse(body()));
            } catch (IllegalArgumentException e) {
                throw new Refusal(Bodies.notOk(400, "The body is not JSON"));
            }
        }
        return json.get();
    }

    /** The one access token that the request shows (docs/cloud-contract.md §1). */
    String accessToken() {
        return shownToken().orElseThrow(() -> new Refusal(bodies.tokenMissing()));
    }

    /** @throws Refusal if there is more than one, or the header is malformed */
    Optional<String> shownToken() {
        var shown = new ArrayList<String>(1);
        header("Authorization").ifPresent(header -> shown.add(bearer(header)));
        if (context.method() == HandlerType.GET || context.method() == HandlerType.HEAD) {
            if (bodies.readTokenInQuery()) {
                query("access_token").ifPresent(shown::add);
            }
        } else if (isForm()) {
            first(form(), "access_token").ifPresent(shown::add);
        }
        if (shown.size() > 1) {
            throw new Refusal(bodies.twoTokens());
        }
        return shown.stream().findFirst();
    }

    /** Empty if there is none, or it is malformed. */
    Optional<BasicLogin> basicLogin() {
        return header("Authorization").flatMap(BasicLogin::of);
    }

    private String bearer(String header) {
        boolean isBearer = header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        String token = isBearer ? header.substring(BEARER.length()).strip() : "";
        if (token.isEmpty()) {
            throw new Refusal(bodies.malformedAuthorization());
        }
        return token;
    }

    private Map<String, List<String>> parseForm() {
        if (isForm()) {
            return UrlEncoded.parse(new String(body(), StandardCharsets.UTF_8));
        }
        return isMultipart() ? Multipart.parse(header("Content-Type").orElse(""), body()) : Map.of();
    }

    private static Optional<String> first(Map<String, List<String>> fields, String name) {
        return Optional.ofNullable(fields.get(name)).map(values -> values.get(0));
    }

    private String contentType() {
        // Not as the server reads it, who insists on a charset that there is.
        return header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    }
}
