package io.fleetcommand.stack;

import io.fleetcommand.service.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** What the parts of one stack know each other by, fresh for each start. */
final class StackSecrets {
    static final String CLIENT_ID = "fleet-command-1001";

    private final String client = UUID.randomUUID().toString();
    private final String caller = UUID.randomUUID().toString();
    private final String operator = UUID.randomUUID().toString();
    private final String owner = UUID.randomUUID().toString().replace("-", "");

    /** Of the OAuth client by which the token-service gets its tokens. */
    String client() {
        return client;
    }

    /** By which processors are known to the token-service. */
    String caller() {
        return caller;
    }

    /** By which an operator is known to the token-service. */
    String operator() {
        return operator;
    }

    /** The token of the owner of the cloud's account. */
    String owner() {
        return owner;
    }

    /** All of them, in each form in which they travel. */
    List<Secret> all() {
        String basic = CLIENT_ID + ":" + client;
        return Stream.of(
                        client,
                        caller,
                        operator,
                        owner,
                        Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)))
                .map(Secret::of)
                .toList();
    }
}
