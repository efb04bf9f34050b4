package io.fleetcommand.token.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetcommand.service.BearerText;
import io.fleetcommand.service.Secret;
import io.fleetcommand.token.keeper.IssueResult;
import io.fleetcommand.token.keeper.Issuer;
import io.fleetcommand.token.keeper.Verification;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenState;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * Tokens of API users of the product (contract, section 5.4). A user has exactly one token and it does not end, so each
 * new token is that of a new user, and an old one is revoked by deleting its user. A user carries the name of the
 * intent it was made for: whatever an interrupted mint has left behind is found by it.
 */
public final class ApiUser implements Issuer {
    /** All that the processor's calls need, and the listing by which a token is proven. */
    private static final List<String> SCOPES = List.of("devices.function:call", "devices.variable:get", "devices:list");

    private static final MediaType JSON = MediaType.get("application/json");
    private static final int NO_CONTENT = 204;
    private static final int NOT_FOUND = 404;

    private final CloudCalls cloud;
    private final String product;
    private final Secret administrator;
    private final String prefix;

    /**
     * @param administrator a token that may create and remove API users of the product
     * @param prefix what the users' names begin with; another for each installation
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

    /** A listing of one device: whether inspection is open to API users is not known (contract, section 5.4). */
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
        return remove(token.owner());
    }

    @Override
    public boolean recover(Intent intent) {
        Optional<JsonNode> team =
                cloud.read(cloud.authorized(team().build(), administrator).build());
        if (team.isEmpty()) {
            return false;
        }
        List<String> left = new ArrayList<>();
        team.get().path("team").forEach(member -> {
            String user = member.path("username").asText();
            if (member.path("is_programmatic").asBoolean() && user.startsWith(friendlyName(intent))) {
                left.add(user);
            }
        });
        return left.stream().allMatch(this::remove);
    }

    @Override
    public boolean hasSourceChanged(TokenState state) {
        return false;
    }

    private boolean remove(String user) {
        // The cloud wants + and @ percent-encoded, which OkHttp leaves as they are.
        String segment = URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20");
        Request request = cloud.authorized(team().addEncodedPathSegment(segment).build(), administrator)
                .delete()
                .build();
        return cloud.status(request)
                .filter(status -> status == 200 || status == NO_CONTENT || status == NOT_FOUND)
                .isPresent();
    }

    private String friendlyName(Intent intent) {
        return prefix + "-" + intent.name();
    }

    private HttpUrl.Builder team() {
        return cloud.url("v1/products").addPathSegment(product).addPathSegment("team");
    }
}
