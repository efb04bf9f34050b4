package io.fleetcommand.simulator.routes;

import io.fleetcommand.service.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * The credentials of HTTP Basic: a user with password, or an OAuth client with its secret.
 *
 * @param password empty if it is blank
 */
record BasicLogin(String name, Optional<Secret> password) {
    private static final String SCHEME = "Basic ";

    /** Empty if the header has another scheme or is malformed. */
    static Optional<BasicLogin> of(String header) {
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        String[] pair = decoded(header.substring(SCHEME.length()).strip()).split(":", 2);
        return pair.length == 2 ? Optional.of(new BasicLogin(pair[0], secret(pair[1]))) : Optional.empty();
    }

    static Optional<Secret> secret(String text) {
        return Optional.of(text).filter(some -> !some.isBlank()).map(Secret::of);
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }
}
