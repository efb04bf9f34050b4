package io.fleetcommand.token.rotation;

import java.time.Duration;
import java.util.Objects;

/**
 * How tokens are rotated.
 *
 * @param life wanted of a token; where the cloud gives another, that one counts
 * @param fraction the share of its life after which a token is replaced
 * @param overlap how long an old token stays valid beside its successor: longer than any call in flight and any cache
 * @param lease how long after its intent a mint may still be under way
 * @param renews whether tokens are replaced for their age; not so one that people put into a file
 */
public record RotationSettings(Duration life, double fraction, Duration overlap, Duration lease, boolean renews) {
    public RotationSettings {
        Objects.requireNonNull(life);
        Objects.requireNonNull(overlap);
        Objects.requireNonNull(lease);
    }
}
