package io.fleetcommand.token.keeper;

import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenState;

/** Where tokens come from and go to. Called by one thread, one call at a time; each call has a time limit. */
public interface Issuer {
    IssueResult issue(Intent intent);

    /** Tries a token with a cheap call that has no effect. */
    Verification verify(Secret token);

    /** Whether the token has surely ended. */
    boolean revoke(KnownToken token);

    /** Ends what an interrupted mint may have left behind. Whether nothing is left that would not end by itself. */
    boolean recover(Intent intent);

    /** Whether people have put another token in the place where tokens are read from. */
    boolean hasSourceChanged(TokenState state);
}
