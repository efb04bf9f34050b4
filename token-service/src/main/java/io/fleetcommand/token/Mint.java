package io.fleetcommand.token;

import io.fleetcommand.service.Secret;
import java.time.Duration;

/** What came of asking the cloud for a new token. */
sealed interface Mint {
    /** A token that the cloud itself has accepted since. */
    record Done(Secret value, Duration life) implements Mint {}

    /** The cloud did not accept the client's credentials: it locks an address out after ten such answers in a row. */
    record Refused(String why) implements Mint {}

    /** The cloud could not be asked, or could not answer. */
    record Failed(String why) implements Mint {}
}
