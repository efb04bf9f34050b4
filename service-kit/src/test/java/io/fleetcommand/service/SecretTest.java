package io.fleetcommand.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    private static final Secret SECRET = Secret.of("pass-word");

    @Test
    void printingItRevealsNothing() {
        assertThat("" + SECRET + List.of(SECRET) + Map.of("token", SECRET) + new AccessToken(3, SECRET))
                .doesNotContain("pass-word")
                .contains("AccessToken[version=3, value=***]");
    }

    @Test
    void revealReturnsTheText() {
        assertThat(SECRET.reveal()).isEqualTo("pass-word");
    }

    @Test
    void secretsAreEqualByTheirText() {
        assertThat(SECRET).isEqualTo(Secret.of("pass-word")).hasSameHashCodeAs(Secret.of("pass-word"));
        assertThat(SECRET).isNotEqualTo(Secret.of("pass-wore")).isNotEqualTo("pass-word");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void aBlankTextIsRejected(String blank) {
        assertThatIllegalArgumentException().isThrownBy(() -> Secret.of(blank));
    }
}
