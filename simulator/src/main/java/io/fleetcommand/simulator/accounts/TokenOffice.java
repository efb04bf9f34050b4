package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import io.fleetcommand.simulator.accounts.TokenAnswer.Denied;
import io.fleetcommand.simulator.accounts.TokenAnswer.Minted;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The rules of {@code POST /oauth/token} (particle-contract §5.1). Thread-safe. */
public final class TokenOffice {
    /** The well-known public client through which people log in. */
    private static final String LOGIN_CLIENT = "particle";

    private static final Secret LOGIN_CLIENT_SECRET = Secret.of("particle");
    private static final String CUSTOMER_SCOPE = "customer=";

    private final Credentials credentials;
    private final Clients clients;
    private final Tokens tokens;

    public TokenOffice(Credentials credentials, Clients clients, Tokens tokens) {
        this.credentials = credentials;
        this.clients = clients;
        this.tokens = tokens;
        credentials
                .ownerToken()
                .ifPresent(value -> tokens.keep(
                        new Token(value, Principal.owner(credentials.owner()), LOGIN_CLIENT, OptionalLong.empty())));
    }

    public TokenAnswer answer(TokenRequest request, long nowNanos) {
        if (request.clientId().isEmpty()) {
            return new Denied("invalid_client", "Invalid or missing client_id parameter");
        }
        if (request.clientSecret().isEmpty()) {
            return new Denied("invalid_client", "Missing client_secret parameter");
        }
        if (!known(request.clientId().get(), request.clientSecret().get())) {
            return new Denied("invalid_client", "Client credentials are invalid");
        }
        boolean login = request.clientId().get().equals(LOGIN_CLIENT);
        return switch (request.grantType().orElse("")) {
            case "client_credentials" ->
                login ? grantNotAllowed() : mint(request, productOrCustomer(request), nowNanos);
            case "password" -> login ? logIn(request, nowNanos) : grantNotAllowed();
            case "refresh_token" -> grantNotAllowed();
            default -> new Denied("invalid_request", "Invalid or missing grant_type parameter");
        };
    }

    /** Whether this is the owner's name and password. */
    public boolean isOwner(String name, Secret password) {
        return name.equals(credentials.owner()) && password.equals(credentials.ownerPassword());
    }

    private boolean known(String id, Secret secret) {
        return id.equals(LOGIN_CLIENT)
                ? secret.equals(LOGIN_CLIENT_SECRET)
                : clients.find(id)
                        .filter(client -> client.secret().equals(secret))
                        .isPresent();
    }

    private TokenAnswer logIn(TokenRequest request, long nowNanos) {
        boolean right = request.username().isPresent()
                && request.password().isPresent()
                && isOwner(request.username().get(), request.password().get());
        return right
                ? mint(request, Principal.owner(credentials.owner()), nowNanos)
                : new Denied("invalid_grant", "User credentials are invalid");
    }

    private static Principal productOrCustomer(TokenRequest request) {
        return customerScope(request)
                .map(scope -> Principal.customer(scope.substring(CUSTOMER_SCOPE.length())))
                .orElseGet(() -> Principal.product(request.clientId().orElseThrow()));
    }

    private static Optional<String> customerScope(TokenRequest request) {
        return request.scope().filter(scope -> scope.startsWith(CUSTOMER_SCOPE));
    }

    private TokenAnswer mint(TokenRequest request, Principal principal, long nowNanos) {
        long seconds = request.expiresInSeconds().orElse(credentials.tokenLife().toSeconds());
        var expiry =
                seconds == 0 ? OptionalLong.empty() : OptionalLong.of(nowNanos + TimeUnit.SECONDS.toNanos(seconds));
        var token = tokens.mint(principal, request.clientId().orElseThrow(), expiry, nowNanos);
        return new Minted(token, tokens.randomValue(), seconds, customerScope(request));
    }

    private static Denied grantNotAllowed() {
        return new Denied("invalid_client", "The grant type is unauthorised for this client_id");
    }
}
