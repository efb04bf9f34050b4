package io.fleetcommand.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    private static final String TOKEN = "0a1B2c3D4e5F/6789+abcdef==";
    private static final Redaction REDACTION = Redaction.of(Secret.of(TOKEN), Secret.of("another-secret"));

    @Test
    void aSecretIsRedactedInEveryEncoding() {
        assertClean(TOKEN);
        assertClean(TOKEN.toUpperCase(Locale.ROOT));
        assertClean(TOKEN.toLowerCase(Locale.ROOT));
        assertClean(TOKEN.replace("/", "\\/"));
        assertClean(TOKEN.replace("/", "%2F").replace("+", "%2b").replace("=", "%3D"));
        assertClean(each("%%%02x"));
        assertClean(each("%%25%02X"));
        assertClean(each("%%2525%02X"));
        assertClean(each("\\u%04x"));
        assertClean(each("\\\\u%04X"));
        assertClean(each("\\x%02x"));
        assertClean(each("&#%d;"));
        assertClean(each("&#x%X;"));
        assertClean("0a1" + each("%%%02x").substring(9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "xy", "client-id:"})
    void aSecretIsRedactedInBase64(String before) {
        String whole = before + TOKEN + "xyz";
        for (Base64.Encoder encoder : new Base64.Encoder[] {Base64.getEncoder(), Base64.getUrlEncoder()}) {
            String clean =
                    REDACTION.clean("Basic " + encoder.encodeToString(whole.getBytes(StandardCharsets.UTF_8)) + ".");
            assertThat(clean).contains("Basic ", Redaction.MARK).hasSizeLessThan(32);
        }
    }

    @Test
    void aTruncatedSecretIsRedacted() {
        assertThat(REDACTION.clean("token " + TOKEN.substring(0, 20))).isEqualTo("token ***");
        assertThat(REDACTION.clean("token " + each("%%%02x").substring(0, 40))).isEqualTo("token ***");
        for (String form : List.of("%%%02x", "\\u%04x", "\\x%02x", "&#%d;", "%%25%02x")) {
            String whole = each(form);
            for (int cut = each(form).length() / 2; cut < whole.length(); cut++) {
                assertThat(REDACTION.clean("token " + whole.substring(0, cut))).isEqualTo("token ***");
            }
        }
        assertThat(REDACTION.clean("0a1B2")).isEqualTo("0a1B2");
    }

    @Test
    void everyOccurrenceOfEverySecretIsRedacted() {
        assertThat(REDACTION.clean(TOKEN + TOKEN + " and Another-Secret, " + TOKEN))
                .isEqualTo("*** and ***, ***");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Timed out.", "100% \\ \\u &#; %zz \\u00 &#99999;", "0a1b2c3", "\uD83D"})
    void otherTextIsUnchanged(String text) {
        assertThat(REDACTION.clean(text)).isEqualTo(text);
        assertThat(Redaction.of().clean(text)).isEqualTo(text);
        assertThat(Redaction.of(Secret.of("e")).clean(text)).isEqualTo(text);
    }

    private static void assertClean(String form) {
        assertThat(REDACTION.clean("<" + form + ">")).isEqualTo("<***>");
    }

    private static String each(String format) {
        return TOKEN.chars().mapToObj(unit -> String.format(format, unit)).collect(Collectors.joining());
    }
}
