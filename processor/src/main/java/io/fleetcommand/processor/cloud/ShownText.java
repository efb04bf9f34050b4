package io.fleetcommand.processor.cloud;

import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Redaction;
import io.fleetcommand.service.Secret;
import io.fleetcommand.service.VisibleText;
import java.util.List;

/**
 * Text of the cloud, of a device or of the HTTP client, as it may leave this package: without any token, whoever repeats
 * it and however it is written; without characters that do something; and not longer than people read.
 */
record ShownText(Redaction redaction) {
    private static final int MAX_LENGTH = 500;

    /** @param tokens all that the far side may know */
    static ShownText without(List<AccessToken> tokens) {
        return new ShownText(
                Redaction.of(tokens.stream().map(AccessToken::value).toArray(Secret[]::new)));
    }

    String of(String text) {
        // Before it is cut: half a token would not be known again.
        return VisibleText.of(redaction.clean(text), MAX_LENGTH);
    }

    String of(Exception failure) {
        return of(failure.toString());
    }

    String data(String text) {
        return redaction.clean(text);
    }
}
