package io.fleetcommand.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTextTest {
    @Test
    void visibleTextIsUnchanged() {
        assertThat(PrintableText.of("an, aus, ü, 東京")).isEqualTo("an, aus, ü, 東京");
    }

    @Test
    void controlCharactersAreEscaped() {
        assertThat(PrintableText.of("a\u001b[2Jb\r\nc\u202ed\u2028"))
                .isEqualTo("a\\u001b[2Jb\\u000d\\u000ac\\u202ed\\u2028");
    }

    @Test
    void longTextIsTruncated() {
        assertThat(PrintableText.of("x".repeat(100_000))).hasSize(301).endsWith("x…");
        assertThat(PrintableText.of("\0".repeat(100_000))).hasSizeLessThan(310).endsWith("…");
    }
}
