package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.accounts.Principal;
import io.fleetcommand.simulator.accounts.Principal.Kind;
import io.fleetcommand.simulator.accounts.Token;
import io.fleetcommand.simulator.accounts.Tokens;
import io.fleetcommand.simulator.fleet.Device;
import io.fleetcommand.simulator.fleet.Fleet;

/** Who may do what, in the cloud's order of checks: token, product, role and scope, device (particle-contract §2.3). */
final class Access {
    private final Tokens tokens;
    private final Credentials credentials;
    private final Fleet fleet;
    private final Bodies bodies;

    Access(Tokens tokens, Credentials credentials, Fleet fleet, Bodies bodies) {
        this.tokens = tokens;
        this.credentials = credentials;
        this.fleet = fleet;
        this.bodies = bodies;
    }

    Token token(Request request) {
        var token = tokens.find(request.accessToken()).orElseThrow(() -> new Refusal(bodies.tokenInvalid()));
        if (token.expiredAt(request.nowNanos())) {
            throw new Refusal(bodies.tokenExpired());
        }
        return token;
    }

    /** For paths below {@code /v1/products/:product}. */
    Principal toProduct(Request request, String scope) {
        var principal = token(request).principal();
        if (!credentials.isProduct(request.path("product"))) {
            throw new Refusal(bodies.unknownProduct());
        }
        if (principal.kind() == Kind.CUSTOMER) {
            throw new Refusal(bodies.permissionDenied());
        }
        if (!principal.mayUseScope(scope)) {
            throw new Refusal(bodies.scopeMissing(scope));
        }
        return principal;
    }

    /** For paths of a person's own devices: all of the fleet are claimed by the owner, none by a customer. */
    Principal toOwnDevices(Request request) {
        var principal = token(request).principal();
        if (principal.kind() == Kind.API_USER) {
            throw new Refusal(bodies.closedToApiUsers());
        }
        if (principal.kind() != Kind.OWNER) {
            throw new Refusal(bodies.foreignDevice());
        }
        return principal;
    }

    /** The device of the path, on the product path or on its twin without a product. */
    Device toDevice(Request request, String scope) {
        if (request.hasPath("product")) {
            toProduct(request, scope);
            return fleet.find(request.path("device")).orElseThrow(() -> new Refusal(bodies.unknownDevice()));
        }
        toOwnDevices(request);
        return fleet.find(request.path("device")).orElseThrow(() -> new Refusal(bodies.foreignDevice()));
    }
}
