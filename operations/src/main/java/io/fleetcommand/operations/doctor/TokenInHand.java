package io.fleetcommand.operations.doctor;

import io.fleetcommand.service.Secret;
import java.util.Optional;

/** A token that people have in a file. */
public record TokenInHand(Secret token, String source) implements TokenGiver {
    @Override
    public Given give() {
        return new Given(Optional.of(token), Finding.ok("a token from " + source));
    }
}
