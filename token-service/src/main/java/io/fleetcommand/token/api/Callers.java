package io.fleetcommand.token.api;

import io.fleetcommand.service.Secret;
import java.util.List;
import java.util.Optional;

/** The clients of the API, each with its own secrets. Immutable. */
public final class Callers {
    private static final String BEARER = "Bearer ";

    private final List<Caller> callers;

    public Callers(List<Caller> callers) {
        this.callers = List.copyOf(callers);
    }

    /** The number of callers that may fetch the token. */
    int readers() {
        return (int)
                callers.stream().filter(caller -> caller.role() == Role.READER).count();
    }

    /** The caller of a bearer secret. Compares every secret, so that the time taken reveals nothing. */
    Optional<Caller> authenticate(Optional<String> authorization) {
        Optional<Secret> presented = authorization
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(header -> header.substring(BEARER.length()).strip())
                .filter(text -> !text.isEmpty())
                .map(Secret::of);
        Caller found = null;
        if (presented.isPresent()) {
            for (Caller caller : callers) {
                for (Secret secret : caller.secrets()) {
                    found = secret.equals(presented.get()) ? caller : found;
                }
            }
        }
        return Optional.ofNullable(found);
    }
}
