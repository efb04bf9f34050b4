package io.fleetcommand.processor.token;

import io.fleetcommand.service.AccessToken;
import java.time.Instant;

/**
 * A token with its times.
 *
 * @param refreshAfter from when on a newer one may be had
 */
record TokenOffer(AccessToken token, Instant expiresAt, Instant refreshAfter) {
    boolean isUsableAt(Instant now) {
        return now.isBefore(expiresAt);
    }
}
