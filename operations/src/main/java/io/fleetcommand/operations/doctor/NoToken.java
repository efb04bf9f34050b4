package io.fleetcommand.operations.doctor;

import java.util.Optional;

/** Nothing says where a token comes from. */
record NoToken() implements TokenGiver {
    @Override
    public Given give() {
        return new Given(Optional.empty(), Finding.skipped("no source of tokens is named"));
    }
}
