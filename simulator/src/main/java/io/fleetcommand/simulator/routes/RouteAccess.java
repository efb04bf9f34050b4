package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.accounts.Principal;
import io.fleetcommand.simulator.accounts.Principal.Kind;
import io.fleetcommand.simulator.accounts.Token;
import io.fleetcommand.simulator.accounts.Tokens;
import io.fleetcommand.simulator.fleet.Device;
import io.fleetcommand.simulator.fleet.Fleet;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import java.util.Optional;

/** Authorizes requests, in the cloud's order: token, product, role and scope, device (particle-contract §2.3). */
final class RouteAccess {
    private final Tokens tokens;
    private final Credentials credentials;
    private final Fleet fleet;
    private final Profile profile;
    private final Bodies bodies;

    RouteAccess(Tokens tokens, Credentials credentials, Fleet fleet, Profile profile, Bodies bodies) {
        this.tokens = tokens;
        this.credentials = credentials;
        this.fleet = fleet;
        this.profile = profile;
        this.bodies = bodies;
    }

    Token token(ApiRequest request) {
        var token = tokens.find(request.accessToken()).orElseThrow(() -> new Refusal(bodies.tokenInvalid()));
        if (token.expiredAt(request.nowNanos())) {
            throw new Refusal(bodies.tokenExpired());
        }
        return token;
    }

    /** For paths below {@code /v1/products/:product}. */
    Principal toProduct(ApiRequest request, String scope) {
        var principal = token(request).principal();
        checkProduct(request);
        return toProducts(principal, scope);
    }

    /** For the list of a token's products. */
    Principal toProducts(ApiRequest request, String scope) {
        return toProducts(token(request).principal(), scope);
    }

    /** For paths that are authenticated by an OAuth client instead of a token. */
    void checkProduct(ApiRequest request) {
        if (!credentials.isProduct(request.path("product"))) {
            throw new Refusal(bodies.unknownProduct());
        }
    }

    /** For paths of the devices of a user: the owner or a customer. */
    Principal toOwnDevices(ApiRequest request) {
        var principal = token(request).principal();
        if (principal.kind() == Kind.API_USER) {
            throw new Refusal(bodies.closedToApiUsers());
        }
        if (principal.kind() == Kind.PRODUCT) {
            throw new Refusal(bodies.foreignDevice());
        }
        return principal;
    }

    /** For paths of the owner's account, which customers may not use. */
    Principal toOwner(ApiRequest request) {
        var principal = token(request).principal();
        if (principal.kind() == Kind.API_USER) {
            throw new Refusal(bodies.closedToApiUsers());
        }
        if (principal.kind() != Kind.OWNER) {
            throw new Refusal(bodies.permissionDenied());
        }
        return principal;
    }

    /** The device of the path; on a path without product it may be given by name. */
    Device toDevice(ApiRequest request, String scope) {
        String device = request.path("device");
        if (request.hasPath("product")) {
            toProduct(request, scope);
            return ofProduct(device).orElseThrow(() -> new Refusal(bodies.unknownDevice()));
        }
        var user = toOwnDevices(request);
        return fleet.findOwn(user.name(), device).orElseThrow(() -> new Refusal(bodies.foreignDevice()));
    }

    private Optional<Device> ofProduct(String device) {
        var byId = fleet.find(device);
        return profile.has(Setting.PRODUCT_PATH_NAME_ACCEPTED) ? byId.or(() -> fleet.findByName(device)) : byId;
    }

    private Principal toProducts(Principal principal, String scope) {
        if (principal.kind() == Kind.CUSTOMER) {
            throw new Refusal(bodies.permissionDenied());
        }
        if (!principal.mayUseScope(scope)) {
            throw new Refusal(bodies.scopeMissing(principal, scope));
        }
        return principal;
    }
}
