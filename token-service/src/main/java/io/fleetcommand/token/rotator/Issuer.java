package io.fleetcommand.token.rotator;

import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenState;

/**
 * A source of tokens. Confined to the rotator thread, so there is one call at a time; each call has a timeout.
 */
public interface Issuer {
    IssueResult issue(Intent intent);

    /** Verifies a token with a cheap call that has no side effect. */
    Verification verify(Secret token);

    /** @return whether the token is known to be invalid now; if not, revocation is to be retried */
    boolean revoke(KnownToken token);

    /**
     * Cleans up after an issue request whose outcome is unknown.
     *
     * @return whether no token of that intent is left, apart from one that expires by itself; if not, to be retried
     */
    boolean recover(Intent intent);

    /** Whether the source holds another token than the known ones: an operator has changed the token file. */
    boolean hasSourceChanged(TokenState state);
}
