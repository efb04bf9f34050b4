package io.fleetcommand.operations.doctor;

import io.fleetcommand.service.Secret;
import java.util.Optional;

/** Where the checks get the token from that they show to the cloud. */
public interface TokenGiver {
    /** Asks for a token. @throws Exception if there is no answer, saying why */
    Given give() throws Exception;

    /** Gives back what was made for the checks alone. */
    default void close() throws Exception {}

    /**
     * What came of it.
     *
     * @param token empty if none was given
     */
    record Given(Optional<Secret> token, Finding finding) {}
}
