package io.fleetcommand.token.api;

import io.fleetcommand.service.Secret;
import java.util.List;
import java.util.Optional;

/** Who may call: each by a secret of its own. */
public final class Callers {
    private static final String BEARER = "Bearer ";

    private final List<Caller> callers;

    public Callers(List<Caller> callers) {
        this.callers = List.copyOf(callers);
    }

    /** How many may fetch the token. */
    int readers() {
        return (int)
                callers.stream().filter(caller -> caller.role() == Role.READER).count();
    }

    /** Who shows a secret; every secret is compared, so that the time taken tells nothing. */
    Optional<Caller> authenticate(Optional<String> authorization) {
        Optional<Secret> shown = authorization
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(header -> header.substring(BEARER.length()).strip())
                .filter(text -> !text.isEmpty())
                .map(Secret::of);
        Caller found = null;
        if (shown.isPresent()) {
            for (Caller caller : callers) {
                for (Secret secret : caller.secrets()) {
                    found = secret.equals(shown.get()) ? caller : found;
                }
            }
        }
        return Optional.ofNullable(found);
    }
}
