package io.fleetcommand.token.cloud;

import io.fleetcommand.service.BearerText;
import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenState;
import io.fleetcommand.token.rotator.IssueResult;
import io.fleetcommand.token.rotator.Issuer;
import io.fleetcommand.token.rotator.Verification;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import okhttp3.Credentials;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * Tokens of the product's OAuth client (docs/cloud-contract.md §5.1). Several can be valid at a time. The cloud does not list
 * them: a token whose process crashed before storing it stays valid until it expires.
 */
public final class ClientCredentials implements Issuer {
    /** The token is invalid already, or unknown. */
    private static final Set<Integer> GONE = Set.of(401, 404);

    private final CloudCalls cloud;
    private final String clientId;
    private final Secret clientSecret;
    private final Duration lifetime;
    private final InstantSource clock;

    /** @param lifetime lifetime to request for a new token */
    public ClientCredentials(
            OkHttpClient client,
            HttpUrl base,
            String clientId,
            Secret clientSecret,
            Duration lifetime,
            InstantSource clock) {
        this.cloud = new CloudCalls(client, base, clientSecret);
        this.clientId = clientId;
        this.clientSecret = clientSecret;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    @Override
    public IssueResult issue(Intent intent) {
        Instant requestedAt = clock.instant();
        Request request = new Request.Builder()
                .url(cloud.url("oauth/token").build())
                .header("Authorization", Credentials.basic(clientId, clientSecret.reveal()))
                .post(new FormBody.Builder()
                        .add("grant_type", "client_credentials")
                        .add("expires_in", Long.toString(lifetime.toSeconds()))
                        .build())
                .build();
        return cloud.issue(request, json -> {
            String value = json.path("access_token").asText();
            if (!BearerText.isValid(value)) {
                return new IssueResult.Failed("the cloud answers 200 without an access_token");
            }
            // An expires_in of 0 means that the token does not expire.
            long seconds = json.path("expires_in").asLong(lifetime.toSeconds());
            return new IssueResult.Done(
                    Secret.of(value),
                    "",
                    seconds > 0 ? Optional.of(requestedAt.plusSeconds(seconds)) : Optional.empty());
        });
    }

    @Override
    public Verification verify(Secret token) {
        return cloud.inspect(token);
    }

    /** Authenticates with the token itself, so that it is not part of a URL (docs/cloud-contract.md §5.2). */
    @Override
    public boolean revoke(KnownToken token) {
        return cloud.delete(cloud.url("v1/access_tokens/current").build(), token.value(), GONE);
    }

    @Override
    public boolean recover(Intent intent) {
        return true;
    }

    @Override
    public boolean hasSourceChanged(TokenState state) {
        return false;
    }
}
