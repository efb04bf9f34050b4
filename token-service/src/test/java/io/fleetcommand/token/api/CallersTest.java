package io.fleetcommand.token.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.service.Secret;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallersTest {
    private final Callers callers = new Callers(List.of(
            new Caller("processor", Role.READER, List.of(Secret.of("secret-1"), Secret.of("secret-1-next"))),
            new Caller("people", Role.OPERATOR, List.of(Secret.of("secret-2")))));

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "Bearer secret-1, processor",
                "Bearer secret-1-next, processor",
                "bearer secret-2, people",
                "'Bearer   secret-1 ', processor",
                "Bearer secret-3, none",
                "Bearer secret, none",
                "'Bearer ', none",
                "Basic secret-1, none",
                "secret-1, none",
                "none, none"
            })
    void anyOfItsSecretsAuthenticatesACaller(String authorization, String name) {
        assertThat(callers.authenticate(Optional.ofNullable(authorization)).map(Caller::name))
                .isEqualTo(Optional.ofNullable(name));
    }
}
