package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ports.Permit;
import io.fleetcommand.processor.core.request.RequestKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjIntConsumer;

/**
 * The claims of one task that are not read back yet, and the permits of their calls. Confined to the task's stream
 * thread.
 */
final class PendingClaims {
    private final Map<RequestKey, Claim> claims = new HashMap<>();

    /** @param permit released unless the call of this attempt starts */
    void add(RequestKey key, int attempt, Permit permit) {
        claims.put(key, new Claim(attempt, permit));
    }

    /** The claim of a request was read back and its call starts: the permit goes with it. */
    Permit start(RequestKey key) {
        return claims.remove(key).permit();
    }

    /** The claim of a request, if there is one, leads to no call. */
    void drop(RequestKey key) {
        Optional.ofNullable(claims.remove(key))
                .ifPresent(claim -> claim.permit().release());
    }

    /** No claim leads to a call any more: passes on each request and attempt, and releases the permits. */
    void dropAll(ObjIntConsumer<RequestKey> claimed) {
        claims.forEach((key, claim) -> {
            claimed.accept(key, claim.attempt());
            claim.permit().release();
        });
        claims.clear();
    }

    private record Claim(int attempt, Permit permit) {}
}
