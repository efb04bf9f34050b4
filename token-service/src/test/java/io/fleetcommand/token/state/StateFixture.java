package io.fleetcommand.token.state;

import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.TokenState;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** Keys, and states encrypted with them. */
final class StateFixture {
    static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123456Z");
    static final String OLD_KEY = "old:" + Base64.getEncoder().encodeToString(new byte[32]);
    static final String NEW_KEY = "new:"
            + Base64.getEncoder().encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));

    private StateFixture() {}

    static StateCipher cipher(String keys) {
        return new StateCipher(Keyring.parse(keys), new SecureRandom());
    }

    static TokenStateCodec codec() {
        return new TokenStateCodec(cipher(NEW_KEY));
    }

    /** A state with one token, which tells it from other versions. */
    static TokenState state(long version) {
        return TokenState.NONE
                .withIntent(new Intent(version, "intent-" + version, TIME))
                .issued(Secret.of("very-secret"), "", Optional.empty(), TIME);
    }
}
