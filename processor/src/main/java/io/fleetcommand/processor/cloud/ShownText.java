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
    private static final int REPLACEMENT = 0xFFFD;

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

    /** Half of a surrogate pair is replaced: no record can hold it, since it has no form in UTF-8. */
    String data(String text) {
        return redaction
                .clean(text)
                .codePoints()
                .map(point -> Character.getType(point) == Character.SURROGATE ? REPLACEMENT : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
