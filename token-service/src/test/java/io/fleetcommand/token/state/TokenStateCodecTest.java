package io.fleetcommand.token.state;

import static io.fleetcommand.token.state.StateFixture.NEW_KEY;
import static io.fleetcommand.token.state.StateFixture.TIME;
import static io.fleetcommand.token.state.StateFixture.cipher;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.LockoutGuard;
import io.fleetcommand.token.rotation.Replacements;
import io.fleetcommand.token.rotation.TokenPhase;
import io.fleetcommand.token.rotation.TokenState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenStateCodecTest {
    private static final TokenState FULL = new TokenState(
            8,
            List.of(
                    new KnownToken(
                            7, Secret.of("value-7"), "user+1@x", TIME, Optional.of(TIME), TokenPhase.RETIRED, TIME),
                    new KnownToken(8, Secret.of("value-8"), "", TIME, Optional.empty(), TokenPhase.CURRENT, TIME)),
            Optional.of(new Intent(9, "intent-9", TIME)),
            new LockoutGuard(2, 1, TIME),
            new Replacements(3, TIME),
            true,
            true);

    private final TokenStateCodec codec = StateFixture.codec();

    @Test
    void everyPartOfTheStateRoundTrips() throws IOException {
        assertThat(codec.read(codec.write(FULL))).isEqualTo(FULL);
        assertThat(codec.read(codec.write(TokenState.NONE))).isEqualTo(TokenState.NONE);
    }

    @Test
    void aStateThatCannotBeParsedIsNotQuoted() {
        byte[] truncated =
                cipher(NEW_KEY).encrypt("{\"tokens\":[{\"value\":\"very-secret\"".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> codec.read(truncated))
                .isInstanceOf(IOException.class)
                .hasNoCause()
                .hasMessageNotContaining("very-secret");
    }
}
