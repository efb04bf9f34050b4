package io.fleetcommand.operations.doctor;

import io.fleetcommand.service.Secret;
import java.util.Optional;

/** A token that is made for the checks by the product's OAuth client, for minutes, and revoked after them. */
public final class TokenOfClient implements TokenGiver {
    private static final int LIFE_S = 300;

    private final CloudSession cloud;
    private final String id;
    private final Secret secret;
    private Optional<Secret> made = Optional.empty();

    public TokenOfClient(CloudSession cloud, String id, Secret secret) {
        this.cloud = cloud;
        this.id = id;
        this.secret = secret;
    }

    @Override
    public Given give() throws Exception {
        CloudAnswer answer = cloud.postForm(
                "/oauth/token",
                "grant_type=client_credentials&expires_in=" + LIFE_S + "&client_id=" + CloudSession.encoded(id)
                        + "&client_secret=" + CloudSession.encoded(secret.reveal()));
        if (answer.isThrottled()) {
            return new Given(Optional.empty(), Throttling.finding(answer));
        }
        String token = answer.json().path("access_token").asText("");
        if (answer.status() == 200 && !token.isEmpty()) {
            made = Optional.of(Secret.of(token));
            return new Given(made, Finding.ok("the client " + id + " gives tokens"));
        }
        return new Given(
                Optional.empty(),
                answer.error().equals("invalid_client")
                        ? Finding.failed(
                                "the cloud refuses the id or secret of the client " + id + " (" + answer.status() + ")",
                                "correct it before you try again: ten wrong ones in a row lock this address out for half"
                                        + " an hour")
                        : Finding.failed(
                                "the cloud gives no token to the client " + id + ": " + answer.status(),
                                "see that the client is the product's own, of the kind for server use"));
    }

    @Override
    public void close() throws Exception {
        if (made.isPresent()) {
            cloud.deleteCurrent(made.get());
        }
    }
}
