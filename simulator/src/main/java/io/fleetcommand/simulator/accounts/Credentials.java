package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import java.time.Duration;
import java.util.Optional;

/**
 * The initial accounts of the cloud: one product, its owner, and one OAuth client of the product. Immutable.
 *
 * @param productSlug alternative to the product's number in any path
 * @param ownerToken a token of the owner that does not expire
 * @param tokenLifetime default lifetime of a token
 */
public record Credentials(
        int productId,
        String productSlug,
        String clientId,
        Secret clientSecret,
        String owner,
        Secret ownerPassword,
        Optional<Secret> ownerToken,
        Duration tokenLifetime) {
    /** Well-known secrets, which are harmless for a simulator that only this machine can reach. */
    public static final Credentials DEFAULT = new Credentials(
            12345,
            "simulated-fleet",
            "fleet-command-1001",
            Secret.of("simulated-client-secret"),
            "owner@example.com",
            Secret.of("simulated-password"),
            Optional.empty(),
            Duration.ofDays(90));

    public Credentials {
        if (productId < 1) {
            throw new IllegalArgumentException("a product's number is at least 1, not " + productId);
        }
        if (tokenLifetime.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a token lives at least one second");
        }
    }

    public Credentials withProduct(int id, String slug) {
        return new Credentials(id, slug, clientId, clientSecret, owner, ownerPassword, ownerToken, tokenLifetime);
    }

    public Credentials withClient(String id, Secret secret) {
        return new Credentials(productId, productSlug, id, secret, owner, ownerPassword, ownerToken, tokenLifetime);
    }

    public Credentials withOwner(String name, Secret password) {
        return new Credentials(
                productId, productSlug, clientId, clientSecret, name, password, ownerToken, tokenLifetime);
    }

    public Credentials withOwnerToken(Secret token) {
        return new Credentials(
                productId,
                productSlug,
                clientId,
                clientSecret,
                owner,
                ownerPassword,
                Optional.of(token),
                tokenLifetime);
    }

    public Credentials withTokenLifetime(Duration lifetime) {
        return new Credentials(
                productId, productSlug, clientId, clientSecret, owner, ownerPassword, ownerToken, lifetime);
    }

    /** Whether the id or slug in a path is that of this product. */
    public boolean isProduct(String idOrSlug) {
        return idOrSlug.equals(productSlug) || idOrSlug.equals(Integer.toString(productId));
    }
}
