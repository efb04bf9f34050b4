package io.fleetcommand.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.service.Secret;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallersTest {
    private final Callers callers =
            new Callers(Map.of("processor", Secret.of("secret-1"), "reporting", Secret.of("secret-2")));

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "Bearer secret-1, processor",
                "bearer secret-2, reporting",
                "'Bearer   secret-1 ', processor",
                "Bearer secret-3, none",
                "'Bearer ', none",
                "Basic secret-1, none",
                "secret-1, none",
                "none, none"
            })
    void aCallerIsWhoShowsItsSecret(String authorization, String name) {
        assertThat(callers.named(Optional.ofNullable(authorization))).isEqualTo(Optional.ofNullable(name));
    }
}
