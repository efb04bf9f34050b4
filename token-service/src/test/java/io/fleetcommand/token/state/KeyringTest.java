package io.fleetcommand.token.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyringTest {
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
        assertThat(Keyring.parse(StateFixture.NEW_KEY).toString()).isEqualTo("[key new]");
    }
}
