package io.fleetcommand.token.state;

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
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateCipherTest {
    private static final String OLD = "old:" + Base64.getEncoder().encodeToString(new byte[32]);
    private static final String NEW = "new:"
            + Base64.getEncoder().encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));
    private static final byte[] TEXT = "a token's value".getBytes(StandardCharsets.UTF_8);
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123456Z");

    private static final TokenState FULL = new TokenState(
            8,
            List.of(
                    new KnownToken(
                            7, Secret.of("value-7"), "user+1@x", TIME, Optional.of(TIME), TokenPhase.RETIRED, TIME),
                    new KnownToken(8, Secret.of("value-8"), "", TIME, Optional.empty(), TokenPhase.CURRENT, TIME)),
            Optional.of(new Intent(9, "mint-9", TIME)),
            new LockoutGuard(2, 1, TIME),
            new Replacements(3, TIME),
            true,
            true);

    @Test
    void encryptedBytesDecryptAgainAndRevealNothing() throws IOException {
        StateCipher seal = seal(NEW);
        byte[] sealed = seal.encrypt(TEXT);

        assertThat(seal.decrypt(sealed)).isEqualTo(TEXT);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
                .doesNotContain("token")
                .contains("new");
        assertThat(seal.encrypt(TEXT)).isNotEqualTo(sealed);
    }

    @Test
    void everyAlteredBitIsDetected() {
        StateCipher seal = seal(NEW);
        byte[] sealed = seal.encrypt(TEXT);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> seal.decrypt(changed)).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10, 17, 20})
    void truncatedBytesDoNotDecrypt(int length) {
        StateCipher seal = seal(NEW);
        byte[] piece = java.util.Arrays.copyOf(seal.encrypt(TEXT), length);

        assertThatThrownBy(() -> seal.decrypt(piece)).isInstanceOf(IOException.class);
    }

    @Test
    void aKeyIsRotatedByPuttingTheNewOneFirst() throws IOException {
        byte[] before = seal(OLD).encrypt(TEXT);
        StateCipher both = seal(NEW + "," + OLD);

        assertThat(both.decrypt(before)).isEqualTo(TEXT);
        byte[] after = both.encrypt(TEXT);
        assertThat(seal(NEW).decrypt(after)).isEqualTo(TEXT);
        assertThatThrownBy(() -> seal(NEW).decrypt(before)).hasMessageContaining("state.keys lacks");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "id:",
                ":AAAA",
                "id:AAAA",
                "id:*****",
                "a b:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            })
    void aMalformedKeyIsRejectedWithoutShowingIt(String keys) {
        assertThatThrownBy(() -> Keyring.parse(keys))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContainingAny("AAAA", "*****", "plain");
    }

    @Test
    void keysDoNotPrint() {
        assertThat(Keyring.parse(NEW).toString()).isEqualTo("[key new]");
    }

    @Test
    void everyPartOfTheStateRoundTrips() throws IOException {
        TokenStateCodec form = new TokenStateCodec(seal(NEW));

        assertThat(form.read(form.write(FULL))).isEqualTo(FULL);
        assertThat(form.read(form.write(TokenState.NONE))).isEqualTo(TokenState.NONE);
    }

    @Test
    void aStateThatCannotBeParsedIsNotQuoted() {
        TokenStateCodec form = new TokenStateCodec(seal(NEW));
        byte[] sealed = seal(NEW).encrypt("{\"tokens\":[{\"value\":\"very-secret\"".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> form.read(sealed))
                .isInstanceOf(IOException.class)
                .hasNoCause()
                .hasMessageNotContaining("very-secret");
    }

    static StateCipher seal(String keys) {
        return new StateCipher(Keyring.parse(keys), new SecureRandom());
    }

    static TokenStateCodec form() {
        return new TokenStateCodec(seal(NEW));
    }
}
