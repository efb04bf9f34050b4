package io.fleetcommand.token.state;

import static io.fleetcommand.token.state.StateFixture.NEW_KEY;
import static io.fleetcommand.token.state.StateFixture.OLD_KEY;
import static io.fleetcommand.token.state.StateFixture.cipher;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateCipherTest {
    private static final byte[] TEXT = "a token's value".getBytes(StandardCharsets.UTF_8);

    private final StateCipher cipher = cipher(NEW_KEY);

    @Test
    void encryptedBytesDecryptAgainAndRevealNothing() throws IOException {
        byte[] encrypted = cipher.encrypt(TEXT);

        assertThat(cipher.decrypt(encrypted)).isEqualTo(TEXT);
        assertThat(new String(encrypted, StandardCharsets.ISO_8859_1))
                .doesNotContain("token")
                .contains("new");
        assertThat(cipher.encrypt(TEXT)).isNotEqualTo(encrypted);
    }

    @Test
    void everyAlteredBitIsDetected() {
        byte[] encrypted = cipher.encrypt(TEXT);
        for (int bit = 0; bit < encrypted.length * 8; bit++) {
            byte[] altered = encrypted.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> cipher.decrypt(altered)).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10, 17, 20})
    void truncatedBytesDoNotDecrypt(int length) {
        byte[] truncated = Arrays.copyOf(cipher.encrypt(TEXT), length);

        assertThatThrownBy(() -> cipher.decrypt(truncated)).isInstanceOf(IOException.class);
    }

    @Test
    void aKeyIsRotatedByPuttingTheNewOneFirst() throws IOException {
        byte[] before = cipher(OLD_KEY).encrypt(TEXT);
        StateCipher both = cipher(NEW_KEY + "," + OLD_KEY);

        assertThat(both.decrypt(before)).isEqualTo(TEXT);
        assertThat(cipher.decrypt(both.encrypt(TEXT))).isEqualTo(TEXT);
        assertThatThrownBy(() -> cipher.decrypt(before)).hasMessageContaining("state.keys lacks");
    }
}
