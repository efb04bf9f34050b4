package io.fleetcommand.processor.cloud;

import io.fleetcommand.service.AccessToken;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens that calls were made with recently: the server may echo an older one, which is still valid for a while.
 * Thread-safe: guarded by {@code this}.
 */
final class RecentTokens {
    private static final int KEPT = 4;

    private final List<AccessToken> tokens = new ArrayList<>();
    private ShownText shown = ShownText.without(List.of());

    /** Redaction of the recent tokens, including the given one. */
    synchronized ShownText shownWith(AccessToken current) {
        if (!tokens.contains(current)) {
            tokens.add(current);
            if (tokens.size() > KEPT) {
                tokens.remove(0);
            }
            shown = ShownText.without(tokens);
        }
        return shown;
    }
}
