package io.fleetcommand.token.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetcommand.service.BearerText;
import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenState;
import io.fleetcommand.token.rotator.IssueResult;
import io.fleetcommand.token.rotator.Issuer;
import io.fleetcommand.token.rotator.Verification;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * Tokens of API users of the product (docs/cloud-contract.md §5.4). A user has exactly one token, which does not expire. So
 * each token belongs to a new user, and is revoked by deleting it. The user is named after its intent, so that what an
 * interrupted request has created can be found.
 */
public final class ApiUser implements Issuer {
    /** The scopes of the processor's calls, and of the listing that verifies a token. */
    private static final List<String> SCOPES = List.of("devices.function:call", "devices.variable:get", "devices:list");

    private static final MediaType JSON = MediaType.get("application/json");
    private static final Set<Integer> GONE = Set.of(404);

    private final CloudCalls cloud;
    private final String product;
    private final Secret administrator;
    private final String prefix;

    /**
     * @param administrator a token that may create and delete API users of the product
     * @param prefix prefix of the users' names; unique for each installation
     */
    public ApiUser(OkHttpClient client, HttpUrl base, String product, Secret administrator, String prefix) {
        this.cloud = new CloudCalls(client, base, administrator);
        this.product = product;
        this.administrator = administrator;
        this.prefix = prefix;
    }

    @Override
    public IssueResult issue(Intent intent) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("friendly_name", friendlyName(intent));
        SCOPES.forEach(body.putArray("scopes")::add);
        Request request = cloud.authorized(team().build(), administrator)
                .post(RequestBody.create(body.toString(), JSON))
                .build();
        return cloud.issue(request, json -> {
            JsonNode created = json.path("created");
            String user = created.path("username").asText();
            String value = created.path("tokens").path(0).path("token").asText();
            return user.isBlank() || !BearerText.isValid(value)
                    ? new IssueResult.Failed("the cloud answers 200 without an API user and its token")
                    : new IssueResult.Done(Secret.of(value), user, Optional.empty());
        });
    }

    /** Lists one device: whether API users may inspect their token is not known (docs/cloud-contract.md §5.4). */
    @Override
    public Verification verify(Secret token) {
        HttpUrl url = cloud.url("v1/products")
                .addPathSegment(product)
                .addPathSegment("devices")
                .addQueryParameter("per_page", "1")
                .build();
        return cloud.verify(url, token);
    }

    @Override
    public boolean revoke(KnownToken token) {
        return delete(token.owner());
    }

    @Override
    public boolean recover(Intent intent) {
        Optional<JsonNode> team =
                cloud.read(cloud.authorized(team().build(), administrator).build());
        if (team.isEmpty()) {
            return false;
        }
        List<String> leftovers = new ArrayList<>();
        team.get().path("team").forEach(member -> {
            String user = member.path("username").asText();
            if (member.path("is_programmatic").asBoolean() && user.startsWith(friendlyName(intent))) {
                leftovers.add(user);
            }
        });
        return leftovers.stream().allMatch(this::delete);
    }

    @Override
    public boolean hasSourceChanged(TokenState state) {
        return false;
    }

    private boolean delete(String user) {
        // The cloud requires + and @ percent-encoded, which OkHttp does not encode in a path.
        String segment = URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20");
        return cloud.delete(team().addEncodedPathSegment(segment).build(), administrator, GONE);
    }

    private String friendlyName(Intent intent) {
        return prefix + "-" + intent.name();
    }

    private HttpUrl.Builder team() {
        return cloud.url("v1/products").addPathSegment(product).addPathSegment("team");
    }
}
