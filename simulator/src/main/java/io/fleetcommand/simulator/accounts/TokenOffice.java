package io.fleetcommand.simulator.accounts;

import io.fleetcommand.service.Secret;
import io.fleetcommand.simulator.accounts.TokenAnswer.Denied;
import io.fleetcommand.simulator.accounts.TokenAnswer.Minted;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The rules of {@code POST /oauth/token} (docs/cloud-contract.md §5.1). Thread-safe. */
public final class TokenOffice {
    /** The well-known public clients through which people log in; the secret of each is its id. */
    private static final Set<String> LOGIN_CLIENTS = Set.of("particle", "particle-api", "particle-cli");

    private static final String OWNER_TOKEN_CLIENT = "particle";
    private static final String CUSTOMER_SCOPE = "customer=";
    /** A token that is asked for a longer life than this never expires within the simulator's own. */
    private static final long LONGEST_LIFE_SECONDS = TimeUnit.DAYS.toSeconds(36_500);

    private final Credentials credentials;
    private final Clients clients;
    private final Customers customers;
    private final Tokens tokens;

    public TokenOffice(Credentials credentials, Clients clients, Customers customers, Tokens tokens) {
        this.credentials = credentials;
        this.clients = clients;
        this.customers = customers;
        this.tokens = tokens;
        credentials
                .ownerToken()
                .ifPresent(value -> tokens.keep(new Token(
                        value, Principal.owner(credentials.owner()), OWNER_TOKEN_CLIENT, OptionalLong.empty())));
    }

    public TokenAnswer answer(TokenRequest request, long nowNanos) {
        var denied = whyClientDenied(request.clientId(), request.clientSecret());
        if (denied.isPresent()) {
            return denied.get();
        }
        boolean login = LOGIN_CLIENTS.contains(request.clientId().orElseThrow());
        return switch (request.grantType().orElse("")) {
            case "client_credentials" -> login ? grantNotAllowed() : forClient(request, nowNanos);
            case "password" -> login ? logIn(request, nowNanos) : logInCustomer(request, nowNanos);
            case "refresh_token" -> grantNotAllowed();
            // Nobody here has a second factor, so no such token was ever given out.
            case "urn:custom:mfa-otp" ->
                login ? new Denied("invalid_grant", "Invalid multi-factor token") : grantNotAllowed();
            default -> new Denied("invalid_request", "Invalid or missing grant_type parameter");
        };
    }

    /** Empty if this is a client of the product, or one through which people log in, with its right secret. */
    public Optional<Denied> whyClientDenied(Optional<String> clientId, Optional<Secret> clientSecret) {
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

    /** A token of a customer, made through a client of the product. */
    public Minted mintFor(Customer customer, String clientId, long nowNanos) {
        return mint(
                Principal.customer(customer.email()),
                clientId,
                credentials.tokenLife().toSeconds(),
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

    private TokenAnswer logIn(TokenRequest request, long nowNanos) {
        boolean right = request.username().isPresent()
                && request.password().isPresent()
                && isOwner(request.username().get(), request.password().get());
        return right ? mint(request, Principal.owner(credentials.owner()), nowNanos) : badLogin();
    }

    private TokenAnswer logInCustomer(TokenRequest request, long nowNanos) {
        return request.username()
                .flatMap(customers::find)
                .filter(customer ->
                        customer.password().isPresent() && customer.password().equals(request.password()))
                .<TokenAnswer>map(customer -> mint(request, Principal.customer(customer.email()), nowNanos))
                .orElseGet(TokenOffice::badLogin);
    }

    private TokenAnswer forClient(TokenRequest request, long nowNanos) {
        Client client = clients.find(request.clientId().orElseThrow()).orElseThrow();
        if (!client.ofProduct()) {
            return mint(request, Principal.owner(credentials.owner()), nowNanos);
        }
        var named = request.scope().filter(scope -> scope.startsWith(CUSTOMER_SCOPE));
        if (named.isPresent()) {
            return customers
                    .find(named.get().substring(CUSTOMER_SCOPE.length()))
                    .<TokenAnswer>map(customer -> mint(request, Principal.customer(customer.email()), nowNanos))
                    .orElseGet(() -> new Denied("invalid_scope", "There is no such customer"));
        }
        var asked = Scopes.ofClient(words(request.scope().orElse("")));
        return mint(request, Principal.product(client.id(), asked.within(client.scopes())), nowNanos);
    }

    private static List<String> words(String scope) {
        return Arrays.stream(scope.split("[\\s,]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private Minted mint(TokenRequest request, Principal principal, long nowNanos) {
        long seconds = request.expiresInSeconds().orElse(credentials.tokenLife().toSeconds());
        return mint(principal, request.clientId().orElseThrow(), seconds, request.scope(), nowNanos);
    }

    private Minted mint(
            Principal principal, String clientId, long wantedSeconds, Optional<String> scope, long nowNanos) {
        long seconds = Math.min(wantedSeconds, LONGEST_LIFE_SECONDS);
        var expiry =
                seconds == 0 ? OptionalLong.empty() : OptionalLong.of(nowNanos + TimeUnit.SECONDS.toNanos(seconds));
        var token = tokens.mint(principal, clientId, expiry, nowNanos);
        return new Minted(token, tokens.randomValue(), seconds, scope);
    }

    private static Denied badLogin() {
        return new Denied("invalid_grant", "User credentials are invalid");
    }

    private static Denied grantNotAllowed() {
        return new Denied("invalid_client", "The grant type is unauthorised for this client_id");
    }
}
