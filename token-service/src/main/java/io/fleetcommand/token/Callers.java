package io.fleetcommand.token;

import io.fleetcommand.service.Secret;
import java.util.Map;
import java.util.Optional;

/** Who may fetch the token: each caller by a secret of its own. */
final class Callers {
    private static final String BEARER = "Bearer ";

    private final Map<String, Secret> secretByName;

    Callers(Map<String, Secret> secretByName) {
        this.secretByName = Map.copyOf(secretByName);
    }

    /** The caller's name; every secret is compared, so that the time taken tells nothing. */
    Optional<String> named(Optional<String> authorization) {
        Optional<Secret> shown = authorization
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(header -> header.substring(BEARER.length()).strip())
                .filter(text -> !text.isEmpty())
                .map(Secret::of);
        return shown.flatMap(secret -> secretByName.entrySet().stream()
                .filter(caller -> caller.getValue().equals(secret))
                .map(Map.Entry::getKey)
                .reduce((first, second) -> first));
    }
}
