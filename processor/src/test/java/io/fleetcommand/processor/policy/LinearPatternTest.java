package io.fleetcommand.processor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fleetcommand.processor.core.policy.TextPattern;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinearPatternTest {
    @ParameterizedTest
    @CsvSource({
        "on,                    on,               true",
        "on,                    On,               false",
        "on,                    'on ',            false",
        "on|off,                off,              true",
        "on|off,                on|off,           false",
        "on|,                   '',               true",
        "'',                    '',               true",
        "'',                    x,                false",
        "fleet\\.commands,      fleet.commands,   true",
        "fleet\\.commands,      fleetxcommands,   false",
        "fleet.commands,        fleetxcommands,   true",
        "a\\-b|c_d,             a-b,              true",
        ".*,                    anything at all,  true",
        "'[0-9]{1,3}',          042,              true",
        "'[0-9]{1,3}',          0421,             false",
        "meter_.*,              meter_7,          true",
        "meter_.*,              xmeter_7,         false",
        "(?i)on,                ON,               true",
        "\\Qa.b\\E,             a.b,              true",
        "\\Qa.b\\E,             axb,              false",
        "[[:digit:]]+,          12,               true",
        "[]a]+,                 ]a,               true",
        "[\\[\\]]+,             [],               true",
        "\\p{Lu}.*,             Über,             true",
        "a{2},                  aa,               true",
        "(on|off)( now)?,       off now,          true",
    })
    void theWholeTextMustMatch(String pattern, String text, boolean matches) throws Exception {
        assertThat(LinearPattern.compile(pattern).matches(text)).isEqualTo(matches);
    }

    @Test
    void aDotIsNoLineEndUnlessAsked() throws Exception {
        assertThat(LinearPattern.compile(".*").matches("a\nb")).isFalse();
        assertThat(LinearPattern.compile("(?s).*").matches("a\nb")).isTrue();
        assertThat(LinearPattern.compile("on$").matches("on\n")).isFalse();
        assertThat(LinearPattern.compile("on").matches("on\n")).isFalse();
    }

    @Test
    void textsAloneCostNothing() throws Exception {
        assertThat(LinearPattern.compile("fleet\\.commands|x").cost()).isZero();
        assertThat(LinearPattern.compile("x.*").cost()).isPositive();
    }

    static Stream<Arguments> unusable() {
        return Stream.of(
                arguments("(", "is not a regular expression of RE2's syntax: missing closing )"),
                arguments("a)", "is not a regular expression"),
                arguments("[a", "is not a regular expression"),
                arguments("*a", "is not a regular expression"),
                arguments("(?=look)ahead", "is not a regular expression"),
                arguments("(?!never)", "is not a regular expression"),
                arguments("(?<=behind)", "is not a regular expression"),
                arguments("(a)\\1", "is not a regular expression"),
                arguments("(?>atomic)", "is not a regular expression"),
                arguments("a++", "is not a regular expression"),
                arguments("\\h", "is not a regular expression"),
                arguments("\\p{Nonsense}", "is not a regular expression"),
                arguments("a{1001}", "is too large"),
                arguments("[a-z&&[^b]]", "has [ or && within brackets"),
                arguments("[a[bc]]", "has [ or && within brackets"),
                arguments("a{1000}{1000}", "is too large"),
                arguments("(a{1000}){1000}", "is too large"),
                arguments("((((a{10}){10}){10}){10}){10}", "is too large"),
                arguments("(" + "a".repeat(900) + "){1000}", "is too large"),
                arguments("a{900}b{900}", "is too large"),
                arguments("(?:x{0,1000}y{0,1000}){0,1000}", "is too large"),
                arguments("(a{999999999}){999999999}", "is too large"),
                arguments("(\\pL{100}){100}", "is too large"),
                arguments("([^\\]{]{100}){100}", "is too large"),
                arguments("\\pL".repeat(30), "is too large"),
                arguments("[^\\PL]".repeat(30), "is too large"),
                arguments("(){1000}", "is too large"),
                arguments("\\Qabcdefghij\\E".repeat(45), null),
                arguments("a".repeat(1_001), "is longer than 1000 characters"));
    }

    @ParameterizedTest
    @MethodSource
    void unusable(String pattern, String why) throws Exception {
        if (why == null) {
            assertThat(LinearPattern.compile(pattern).cost()).isPositive();
            return;
        }
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(2),
                () -> assertThatThrownBy(() -> LinearPattern.compile(pattern))
                        .isInstanceOf(LinearPattern.Unusable.class)
                        .hasMessageContaining(why));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+b",
                "(a|aa)+b",
                "(a*)*b",
                "(a|a?)+b",
                "(.*a){20}b",
                "([a-z]*)*[0-9]",
                "(.*){80}b",
                "(.?){120}b"
            })
    void whatTakesExponentialTimeElsewhereEndsSoon(String pattern) throws Exception {
        TextPattern compiled = LinearPattern.compile(pattern);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(2),
                () -> assertThat(compiled.matches("a".repeat(1_024))).isFalse());
    }

    /** An estimate that is too low would let a pattern be compiled that is too large. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a{10}",
                "(ab{3}c){7}",
                "[a-z]{1,20}=[0-9]{1,5}",
                "(?:on|off){3}x*y+z?",
                "\\d{5}",
                "a{2,}",
                "(a(b(c{3}){3}){3}){3}",
                "[^]x]{9}",
                "[[:alpha:]x]{9}",
                "\\x{41}{9}",
                "\\Qa{9}\\E",
                "x{,9}",
                "(a|b|c|d){20}"
            })
    void theSizeIsForeseenAndNeverMuchTooLow(String pattern) {
        int real = com.google.re2j.Pattern.compile(pattern).programSize();

        assertThat(PatternShape.of(pattern).states()).isBetween(real / 2L, 4L * real);
    }
}
