package io.fleetcommand.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {
    static Stream<Arguments> hostile() {
        return Stream.of(
                Arguments.of("a\nb", "a\\nb"),
                Arguments.of("a\r\n\tb", "a\\r\\n\\tb"),
                Arguments.of("\u001B[2J", "\\u001B[2J"),
                Arguments.of("\u009B2J", "\\u009B2J"),
                Arguments.of("\0\u0007\u007F", "\\u0000\\u0007\\u007F"),
                Arguments.of("a\u2028b\u2029", "a\\u2028b\\u2029"),
                Arguments.of("\u202Etxt.exe\u202C", "\\u202Etxt.exe\\u202C"),
                Arguments.of("\u2066\u2069", "\\u2066\\u2069"),
                Arguments.of("a\u200Bb\uFEFF", "a\\u200Bb\\uFEFF"),
                Arguments.of("a\uD800b", "a\\uD800b"),
                Arguments.of("\uDC00", "\\uDC00"),
                Arguments.of("\uDB40\uDC41", "\\uDB40\\uDC41"));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void controlCharactersAreEscaped(String text, String visible) {
        assertThat(VisibleText.isVisible(text)).isFalse();
        assertThat(VisibleText.of(text)).isEqualTo(visible);
        assertThat(VisibleText.of(text, 100)).isEqualTo(visible);
        assertThat(VisibleText.of(visible)).isEqualTo(visible);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "turn-on 1", "grüße, 温度, درجة", "🚀", "back\\slash \\n", "\u00A0", "\uFFFD"})
    void visibleTextIsUnchanged(String text) {
        assertThat(VisibleText.isVisible(text)).isTrue();
        assertThat(VisibleText.of(text)).isEqualTo(text);
        assertThat(VisibleText.of(text, 100)).isEqualTo(text);
    }

    @Test
    void noControlCharacterOfAnyPlaneIsLeftUnescaped() {
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .mapToObj(point -> VisibleText.of(Character.toString(point)))
                .forEach(shown -> assertThat(shown.codePoints().anyMatch(VisibleTextTest::isControl))
                        .isFalse());
    }

    private static boolean isControl(int point) {
        return Character.isISOControl(point)
                || Character.getType(point) == Character.FORMAT
                || Character.getType(point) == Character.SURROGATE;
    }

    @Test
    void longTextIsTruncatedWithAnEllipsis() {
        assertThat(VisibleText.of("abcdef", 6)).isEqualTo("abcdef");
        assertThat(VisibleText.of("abcdefg", 6)).isEqualTo("abcde…");
        assertThat(VisibleText.of("\u001B".repeat(1_000_000), 20)).hasSize(20).endsWith("…");
        assertThat(VisibleText.of("abcd🚀🚀", 6)).isEqualTo("abcd…");
        assertThat(VisibleText.of("abcde🚀", 6)).isEqualTo("abcde…");
        assertThat(VisibleText.brief("x".repeat(100_000))).isEqualTo("x".repeat(299) + "…");
    }
}
