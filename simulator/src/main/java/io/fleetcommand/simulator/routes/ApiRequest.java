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

/** A request to a route. Confined to the thread that serves it. */
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

    /** The path as sent, with escapes. */
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

    /** @throws Refusal if the body is too long */
    byte[] body() {
        try {
            return context.bodyAsBytes();
        } catch (HttpResponseException tooLong) {
            throw new Refusal(Bodies.notOk(tooLong.getStatus(), "The body is too long"));
        }
    }

    /** The fields of a URL-encoded or multipart form, in order; empty if the body is not a form. */
    Map<String, List<String>> form() {
        if (form.isEmpty()) {
            form = Optional.of(parseForm());
        }
        return form.get();
    }

    /** One field of a form or JSON body; present if it is a JSON null. */
    Optional<JsonNode> value(String name) {
        return isForm() || isMultipart()
                ? first(form(), name).map(TextNode::valueOf)
                : Optional.ofNullable(json().get(name));
    }

    /** One text field of the body; empty if it is null, a list or an object. */
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

    /** The access token of the request (particle-contract §1). */
    String accessToken() {
        return presentedToken().orElseThrow(() -> new Refusal(bodies.tokenMissing()));
    }

    /** @throws Refusal if there is more than one token, or the header is malformed */
    Optional<String> presentedToken() {
        var presented = new ArrayList<String>(1);
        header("Authorization").ifPresent(header -> presented.add(bearer(header)));
        if (HandlerType.GET.equals(context.method()) || HandlerType.HEAD.equals(context.method())) {
            if (bodies.readTokenInQuery()) {
                query("access_token").ifPresent(presented::add);
            }
        } else if (isForm()) {
            first(form(), "access_token").ifPresent(presented::add);
        }
        if (presented.size() > 1) {
            throw new Refusal(bodies.twoTokens());
        }
        return presented.stream().findFirst();
    }

    /** Empty if there is no HTTP Basic login, or it is malformed. */
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
        // The raw header, as the server rejects an unknown charset.
        return header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    }
}
