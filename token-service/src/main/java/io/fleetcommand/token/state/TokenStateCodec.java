package io.fleetcommand.token.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.LockoutGuard;
import io.fleetcommand.token.rotation.Replacements;
import io.fleetcommand.token.rotation.TokenPhase;
import io.fleetcommand.token.rotation.TokenState;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Serializes the state as encrypted JSON. The field names are a stored format. */
public final class TokenStateCodec {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StateCipher cipher;

    public TokenStateCodec(StateCipher cipher) {
        this.cipher = cipher;
    }

    byte[] write(TokenState state) {
        ObjectNode json = JSON.createObjectNode();
        json.put("last_version", state.lastVersion());
        ArrayNode tokens = json.putArray("tokens");
        state.tokens().forEach(token -> {
            ObjectNode entry = tokens.addObject();
            entry.put("version", token.version());
            entry.put("value", token.value().reveal());
            entry.put("owner", token.owner());
            entry.put("minted_at", token.issuedAt().toString());
            token.expiresAt().ifPresent(end -> entry.put("expires_at", end.toString()));
            entry.put("phase", token.phase().name());
            entry.put("due", token.due().toString());
        });
        state.intent()
                .ifPresent(intent -> json.putObject("intent")
                        .put("version", intent.version())
                        .put("name", intent.name())
                        .put("at", intent.at().toString()));
        json.putObject("guard")
                .put("failures", state.guard().failures())
                .put("troubles", state.guard().outages())
                .put("not_before", state.guard().notBefore().toString());
        json.putObject("replacements")
                .put("in_a_row", state.replacements().consecutive())
                .put("last", state.replacements().last().toString());
        json.put("suspect", state.suspect());
        json.put("ordered", state.rotationRequested());
        try {
            return cipher.encrypt(JSON.writeValueAsBytes(json));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the state cannot be written as JSON");
        }
    }

    /** @throws IOException if the bytes cannot be decrypted or parsed; the message quotes none of them */
    TokenState read(byte[] encrypted) throws IOException {
        byte[] plaintext = cipher.decrypt(encrypted);
        try {
            JsonNode json = JSON.readTree(plaintext);
            List<KnownToken> tokens = new ArrayList<>();
            for (JsonNode token : json.path("tokens")) {
                tokens.add(token(token));
            }
            JsonNode guard = json.path("guard");
            JsonNode replacements = json.path("replacements");
            return new TokenState(
                    json.path("last_version").asLong(),
                    tokens,
                    Optional.of(json.path("intent"))
                            .filter(JsonNode::isObject)
                            .map(intent -> new Intent(
                                    intent.path("version").asLong(),
                                    intent.path("name").asText(),
                                    time(intent, "at"))),
                    new LockoutGuard(
                            guard.path("failures").asInt(),
                            guard.path("troubles").asInt(),
                            time(guard, "not_before")),
                    new Replacements(replacements.path("in_a_row").asInt(), time(replacements, "last")),
                    json.path("suspect").asBoolean(),
                    json.path("ordered").asBoolean());
        } catch (IOException | IllegalArgumentException | DateTimeException unreadable) {
            // Without the cause, whose message would quote the JSON, which contains the token.
            throw new IOException("the stored state was opened but cannot be understood");
        }
    }

    private static KnownToken token(JsonNode json) {
        return new KnownToken(
                json.path("version").asLong(),
                Secret.of(json.path("value").asText()),
                json.path("owner").asText(),
                time(json, "minted_at"),
                json.has("expires_at") ? Optional.of(time(json, "expires_at")) : Optional.empty(),
                TokenPhase.valueOf(json.path("phase").asText()),
                time(json, "due"));
    }

    private static Instant time(JsonNode json, String field) {
        return Instant.parse(json.path(field).asText());
    }
}
