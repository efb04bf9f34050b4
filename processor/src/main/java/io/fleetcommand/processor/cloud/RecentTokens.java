package io.fleetcommand.processor.cloud;

import io.fleetcommand.service.AccessToken;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens that calls were made with lately: the far side may repeat an older one, which lives on for a while. Guarded
 * by itself.
 */
final class RecentTokens {
    private static final int KEPT = 4;

    private final List<AccessToken> tokens = new ArrayList<>();
    private ShownText shown = ShownText.without(List.of());

    /** Text without any of them, the given one among them. */
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
