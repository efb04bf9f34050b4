package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import io.fleetcommand.simulator.accounts.TokenResult.Denied;
import io.fleetcommand.simulator.accounts.TokenResult.Issued;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Issues tokens by the rules of {@code POST /oauth/token} (particle-contract §5.1). Thread-safe. */
public final class TokenIssuer {
    /** The well-known public clients for user logins; the secret of each is its id. */
    private static final Set<String> LOGIN_CLIENTS = Set.of("particle", "particle-api", "particle-cli");

    private static final String OWNER_TOKEN_CLIENT = "particle";
    private static final String CUSTOMER_SCOPE = "customer=";
    /** Longer requested lifetimes are limited to this one, which exceeds any run of the simulator. */
    private static final long MAX_LIFETIME_SECONDS = TimeUnit.DAYS.toSeconds(36_500);

    private final Credentials credentials;
    private final Clients clients;
    private final Customers customers;
    private final Tokens tokens;

    public TokenIssuer(Credentials credentials, Clients clients, Customers customers, Tokens tokens) {
        this.credentials = credentials;
        this.clients = clients;
        this.customers = customers;
        this.tokens = tokens;
        credentials
                .ownerToken()
                .ifPresent(value -> tokens.add(new Token(
                        value, Principal.owner(credentials.owner()), OWNER_TOKEN_CLIENT, OptionalLong.empty())));
    }

    public TokenResult issue(TokenRequest request, long nowNanos) {
        var denied = clientFault(request.clientId(), request.clientSecret());
        if (denied.isPresent()) {
            return denied.get();
        }
        boolean login = LOGIN_CLIENTS.contains(request.clientId().orElseThrow());
        return switch (request.grantType().orElse("")) {
            case "client_credentials" -> login ? grantNotAllowed() : forClient(request, nowNanos);
            case "password" -> login ? logIn(request, nowNanos) : logInCustomer(request, nowNanos);
            case "refresh_token" -> grantNotAllowed();
            // No user has a second factor, so no such token was ever issued.
            case "urn:custom:mfa-otp" ->
                login ? new Denied("invalid_grant", "Invalid multi-factor token") : grantNotAllowed();
            default -> new Denied("invalid_request", "Invalid or missing grant_type parameter");
        };
    }

    /** Empty if the id and secret are those of a client of the product, or of a client for user logins. */
    public Optional<Denied> clientFault(Optional<String> clientId, Optional<Secret> clientSecret) {
        if (clientId.isEmpty()) {
            return Optional.of(new Denied("invalid_client", "Invalid or missing client_id parameter"));
        }
        if (clientSecret.isEmpty()) {
            return Optional.of(new Denied("invalid_client", "Missing client_secret parameter"));
        }
        return known(clientId.get(), clientSecret.get())
                ? Optional.empty()
                : Optional.of(new Denied("invalid_client", "Client credentials are invalid"));
    }

    /** Issues a token of a customer to a client of the product. */
    public Issued issueFor(Customer customer, String clientId, long nowNanos) {
        return issue(
                Principal.customer(customer.email()),
                clientId,
                credentials.tokenLifetime().toSeconds(),
                Optional.of(CUSTOMER_SCOPE + customer.email()),
                nowNanos);
    }

    /** Whether this is the owner's name and password. */
    public boolean isOwner(String name, Secret password) {
        return name.equals(credentials.owner()) && password.equals(credentials.ownerPassword());
    }

    private boolean known(String id, Secret secret) {
        return LOGIN_CLIENTS.contains(id)
                ? secret.equals(Secret.of(id))
                : clients.find(id)
                        .filter(client -> client.secret().equals(secret))
                        .isPresent();
    }

    private TokenResult logIn(TokenRequest request, long nowNanos) {
        boolean valid = request.username().isPresent()
                && request.password().isPresent()
                && isOwner(request.username().get(), request.password().get());
        return valid ? issue(request, Principal.owner(credentials.owner()), nowNanos) : badLogin();
    }

    private TokenResult logInCustomer(TokenRequest request, long nowNanos) {
        return request.username()
                .flatMap(customers::find)
                .filter(customer ->
                        customer.password().isPresent() && customer.password().equals(request.password()))
                .<TokenResult>map(customer -> issue(request, Principal.customer(customer.email()), nowNanos))
                .orElseGet(TokenIssuer::badLogin);
    }

    private TokenResult forClient(TokenRequest request, long nowNanos) {
        Client client = clients.find(request.clientId().orElseThrow()).orElseThrow();
        if (!client.ofProduct()) {
            return issue(request, Principal.owner(credentials.owner()), nowNanos);
        }
        var named = request.scope().filter(scope -> scope.startsWith(CUSTOMER_SCOPE));
        if (named.isPresent()) {
            return customers
                    .find(named.get().substring(CUSTOMER_SCOPE.length()))
                    .<TokenResult>map(customer -> issue(request, Principal.customer(customer.email()), nowNanos))
                    .orElseGet(() -> new Denied("invalid_scope", "There is no such customer"));
        }
        var requested = Scopes.ofClient(words(request.scope().orElse("")));
        return issue(request, Principal.product(client.id(), requested.intersect(client.scopes())), nowNanos);
    }

    private static List<String> words(String scope) {
        return Arrays.stream(scope.split("[\\s,]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private Issued issue(TokenRequest request, Principal principal, long nowNanos) {
        long seconds =
                request.expiresInSeconds().orElse(credentials.tokenLifetime().toSeconds());
        return issue(principal, request.clientId().orElseThrow(), seconds, request.scope(), nowNanos);
    }

    private Issued issue(
            Principal principal, String clientId, long requestedSeconds, Optional<String> scope, long nowNanos) {
        long seconds = Math.min(requestedSeconds, MAX_LIFETIME_SECONDS);
        var expiry =
                seconds == 0 ? OptionalLong.empty() : OptionalLong.of(nowNanos + TimeUnit.SECONDS.toNanos(seconds));
        var token = tokens.issue(principal, clientId, expiry, nowNanos);
        return new Issued(token, tokens.randomValue(), seconds, scope);
    }

    private static Denied badLogin() {
        return new Denied("invalid_grant", "User credentials are invalid");
    }

    private static Denied grantNotAllowed() {
        return new Denied("invalid_client", "The grant type is unauthorised for this client_id");
    }
}
