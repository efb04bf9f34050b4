package io.fleetcommand.token.rotation;

import java.time.Duration;
import java.util.Objects;

/**
 * The times of the rotation.
 *
 * @param lifetime the lifetime to request for a token; if the cloud grants another, that one counts
 * @param fraction the fraction of its lifetime after which a token is rotated
 * @param overlap how long a retired token stays valid: longer than any call in flight and any cache
 * @param lease how long after its intent an issue request may still be in flight
 * @param renews whether tokens are rotated by age; false for one that an operator puts into a file
 */
public record RotationSettings(Duration lifetime, double fraction, Duration overlap, Duration lease, boolean renews) {
    public RotationSettings {
        Objects.requireNonNull(lifetime);
        Objects.requireNonNull(overlap);
        Objects.requireNonNull(lease);
    }
}
