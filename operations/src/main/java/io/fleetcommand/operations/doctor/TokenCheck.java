package io.fleetcommand.operations.doctor;

import io.fleetcommand.service.Secret;
import java.util.List;
import java.util.Optional;

/** Whether there is a token to call the cloud with. Confined to the checks of one run, which take the token from here. */
final class TokenCheck implements Check {
    static final String NAME = "token";

    private final TokenGiver giver;
    /** Empty where the giver does not call the cloud. */
    private final Optional<CloudSession> cloud;

    private volatile Optional<Secret> token = Optional.empty();

    TokenCheck(TokenGiver giver, Optional<CloudSession> cloud) {
        this.giver = giver;
        this.cloud = cloud;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Without trust in the cloud no secret is sent to it. */
    @Override
    public List<String> needs() {
        return cloud.isPresent() ? List.of(CloudAddressCheck.NAME, CloudTlsCheck.NAME) : List.of();
    }

    @Override
    public Finding run() throws Exception {
        int before = calls();
        TokenGiver.Given given = giver.give();
        token = given.token();
        return given.finding().after(calls() - before);
    }

    private int calls() {
        return cloud.map(CloudSession::calls).orElse(0);
    }

    /** The token, once this check was passed. */
    Optional<Secret> token() {
        return token;
    }
}
