package io.fleetcommand.token.api;

import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.RotationDecision;
import io.fleetcommand.token.rotation.TokenState;
import io.fleetcommand.token.rotator.RotationStatus;
import io.fleetcommand.token.rotator.TokenRotator;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;

/** The calls of operators: the status of the rotation, and the request for a new one. Thread-safe. */
final class OperatorRoutes {
    private final TokenRotator rotator;
    private final Executor threads;

    /** @param threads the threads on which postponed responses are written */
    OperatorRoutes(TokenRotator rotator, Executor threads) {
        this.rotator = rotator;
        this.threads = threads;
    }

    void requestRotation(ApiExchange exchange) {
        if (!rotator.isLeader()) {
            exchange.misdirected();
            return;
        }
        long before = rotator.status().state().lastVersion();
        exchange.respondWhen(rotator.requestRotation(), threads, stored -> {
            if (stored) {
                exchange.send(202, Map.of("newer_than", before));
            } else {
                exchange.error(503, "the rotation request could not be stored");
            }
        });
    }

    void status(ApiExchange exchange) {
        RotationStatus status = rotator.status();
        TokenState state = status.state();
        List<Map<String, Object>> tokens =
                state.tokens().stream().map(OperatorRoutes::describe).toList();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("leads", status.isLeader());
        body.put("usable", rotator.current().isPresent());
        body.put("version", state.current().map(KnownToken::version).orElse(null));
        body.put("next", describe(status.next()));
        body.put("alarm", state.guard().isAlarm());
        body.put("failed_mints_in_a_row", state.guard().failures());
        body.put("no_mint_before", state.guard().notBefore().toString());
        body.put("refused_by_cloud", state.suspect());
        body.put("ordered", state.rotationRequested());
        body.put("tokens", tokens);
        exchange.send(200, body);
    }

    /** A token without its value. */
    private static Map<String, Object> describe(KnownToken token) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("version", token.version());
        body.put("phase", token.phase().name().toLowerCase(Locale.ROOT));
        body.put("minted_at", token.issuedAt().toString());
        body.put("expires_at", token.expiresAt().map(Instant::toString).orElse(null));
        body.put("due", token.due().toString());
        return body;
    }

    private static String describe(RotationDecision decision) {
        if (decision instanceof RotationDecision.Wait wait) {
            return "idle until " + wait.until();
        }
        if (decision instanceof RotationDecision.Stop stop) {
            return "stopped until " + stop.until() + ": " + stop.reason();
        }
        return decision.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
