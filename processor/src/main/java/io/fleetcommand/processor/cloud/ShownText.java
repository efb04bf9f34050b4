package io.fleetcommand.processor.cloud;

import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Redaction;
import io.fleetcommand.service.Secret;
import io.fleetcommand.text.VisibleText;
import java.util.List;

/**
 * Sanitizes text of the cloud, of a device or of the HTTP client before it leaves this package: tokens are redacted in
 * every encoding, control characters are escaped, and long text is truncated.
 */
record ShownText(Redaction redaction) {
    private static final int MAX_LENGTH = 500;
    private static final int REPLACEMENT = 0xFFFD;

    /** @param tokens all tokens that the server may know */
    static ShownText without(List<AccessToken> tokens) {
        return new ShownText(
                Redaction.of(tokens.stream().map(AccessToken::value).toArray(Secret[]::new)));
    }

    String of(String text) {
        // Redacted before it is truncated: a truncated token would not be recognized.
        return VisibleText.of(redaction.clean(text), MAX_LENGTH);
    }

    String of(Exception failure) {
        return of(failure.toString());
    }

    /** Redacts data. An unpaired surrogate is replaced: it has no UTF-8 form, so that no record can hold it. */
    String data(String text) {
        return redaction
                .clean(text)
                .codePoints()
                .map(point -> Character.getType(point) == Character.SURROGATE ? REPLACEMENT : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
