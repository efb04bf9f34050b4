package io.fleetcommand.processor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fleetcommand.processor.policy.StrictYaml.Fields;
import io.fleetcommand.processor.policy.StrictYaml.Items;
import io.fleetcommand.processor.policy.StrictYaml.Text;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictYamlTest {
    /** Plain scalars that some version of YAML reads as something other than their text. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "on",
                "On",
                "ON",
                "off",
                "yes",
                "Yes",
                "no",
                "NO",
                "y",
                "n",
                "true",
                "True",
                "TRUE",
                "false",
                "null",
                "Null",
                "NULL",
                "~",
                "0",
                "012345",
                "012",
                "0o17",
                "0x10",
                "0b101",
                "-0",
                "+1",
                "1_000",
                "1e3",
                "1E-3",
                "1.0",
                "1.50",
                ".5",
                "5.",
                ".inf",
                "-.Inf",
                ".nan",
                ".NaN",
                "190:20:30",
                "20:30",
                "2026-01-01",
                "2026-01-01 10:00:00",
                "2026-01-01T10:00:00Z",
                "<<",
                "=",
                "12345678901234567890123",
                "12345",
                "-",
                "a b",
                "a#b",
                "1,5"
            })
    void aPlainScalarIsTheTextThatStandsThere(String scalar) throws Exception {
        Fields root = (Fields)
                read("block:\n  - " + (scalar.equals("-") ? "'-'" : scalar) + "\nquoted: ['" + scalar + "']\n");

        for (String key : new String[] {"block", "quoted"}) {
            assertThat(((Items) root.byKey().get(key)).nodes())
                    .singleElement()
                    .extracting(node -> ((Text) node).value())
                    .isEqualTo(scalar);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "null", "~", "012", "1e3", "2026-01-01", "<<", "true"})
    void aKeyIsTheTextThatStandsThereToo(String key) throws Exception {
        assertThat(((Fields) read(key + ": x")).byKey()).containsOnlyKeys(key);
    }

    @Test
    void quotesBlocksAndEscapesMeanWhatTheyMeanInYaml() throws Exception {
        Fields root = (Fields) read("""
                single: 'it''s'
                double: "a\\tb\\u0041"
                literal: |
                  one
                  two
                folded: >-
                  one
                  two
                empty: ''
                comment: a # b
                """);

        assertThat(root.byKey().values().stream().map(node -> ((Text) node).value()))
                .containsExactly("it's", "a\tbA", "one\ntwo\n", "one two", "", "a");
        assertThat(root.byKey().get("folded").line()).isEqualTo(6);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("", "it is empty"),
                arguments("# only a comment\n", "it is empty"),
                arguments("a: x\n---\nb: y\n", "line 2: a second document begins; there must be one"),
                arguments("--- x\n--- y\n", "a second document begins"),
                arguments("a: &anchor x\n", "line 1: anchors (&name) are not taken"),
                arguments("a: &anchor [x]\n", "anchors (&name) are not taken"),
                arguments("a: x\nb: *anchor\n", "line 2: aliases (*name) are not taken"),
                arguments("a: &a {x: *a}\n", "are not taken"),
                arguments("a: [.*]\nb: [*]\n", "line 2: "),
                arguments("a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "line 1: anchors"),
                arguments(
                        "a: !!python/object/apply:os.system ['x']\n",
                        "line 1: tags (tag:yaml.org,2002:python/object/apply"),
                arguments("a: !!java.net.URL ['http://x']\n", "tags ("),
                arguments("!!javax.script.ScriptEngineManager [x]\n", "tags ("),
                arguments("a: !!str 1\n", "tags (tag:yaml.org,2002:str) are not taken"),
                arguments("a: !local x\n", "tags (!local) are not taken; a text that begins with ! is quoted"),
                arguments("a: ! x\n", "tags (!) are not taken"),
                arguments("a: x\nb: y\na: z\n", "line 3: the key a stands there twice"),
                arguments("a: {b: x, b: y}\n", "the key b stands there twice"),
                arguments("'a': x\n\"a\": y\n", "the key a stands there twice"),
                arguments("{a: x}: y\n", "line 1: a key must be a text"),
                arguments("? [a]\n: y\n", "line 1: a key must be a text"),
                arguments("a:\n", "line 1: a value is missing; for the empty text write ''"),
                arguments("a:\n  -\n  - x\n", "line 2: a value is missing"),
                arguments("a: [x, ]\nb: [ , y]\n", "line 2: "),
                arguments("a:\n\t- x\n", "line 2: "),
                arguments("a: [x\n", "line 2: "),
                arguments("a: 'x\n", "line 2: "),
                arguments("a: x: y\n", "line 1: "),
                arguments("a: \"\\q\"\n", "line 1: "),
                arguments("%YAML 9.9\n---\na: x\n", ""),
                arguments("a: x\u0000\n", "special characters are not allowed"),
                arguments("a: \u001b[31mx\n", "special characters are not allowed"),
                arguments("[[[[[[[[[x]]]]]]]]]", "line 1: it is nested deeper than 8 levels"),
                arguments("[".repeat(500_000), "line 1: it is nested deeper than 8 levels"),
                arguments("{a: ".repeat(100_000), "it is nested deeper than 8 levels"),
                arguments("- ".repeat(100_000) + "x", "it is nested deeper than 8 levels"),
                arguments("a".repeat(StrictYaml.MAX_BYTES + 1), "it is longer than 1048576 bytes"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String text, String why) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(StrictYaml.Fault.class)
                .hasMessageContaining(why)
                .satisfies(fault -> assertThat(fault.getMessage()).hasSizeLessThan(300));
    }

    @Test
    void manyLaughsAreRefusedAtTheFirst() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [lol]\n");
        for (int level = 1; level < 30; level++) {
            laughs.append(
                    "a%d: &a%d [%s*a%d]\n".formatted(level, level, ("*a" + (level - 1) + ",").repeat(8), level - 1));
        }

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThatThrownBy(() -> read(laughs.toString()))
                        .hasMessage("line 1: anchors (&name) are not taken; write it out, or quote the text"));
    }

    @Test
    void bytesThatAreNoUtf8AreRefusedAndAByteOrderMarkIsNoPartOfTheText() throws Exception {
        assertThatThrownBy(() -> StrictYaml.read(new byte[] {'a', ':', ' ', (byte) 0xff}))
                .hasMessage("it is not UTF-8");
        assertThatThrownBy(() -> StrictYaml.read("a: x".getBytes(StandardCharsets.UTF_16)))
                .hasMessage("it is not UTF-8");
        assertThat(((Fields) read("\uFEFFa: x")).byKey()).containsOnlyKeys("a");
    }

    @Test
    void whateverIsWrittenOverAGoodFileGivesADocumentOrAFault() {
        byte[] good = "rules:\n  - name: \"a\"\n    topics: ['x', y, &z |]\n # c\n    quota: 20\n...\n"
                .getBytes(StandardCharsets.UTF_8);
        String dust = "[]{}:,-?!&*#|>'\"%@`~<=. \n\t\\abc019";
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = good.clone();
            for (int change = random.nextInt(6); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte)
                        (random.nextInt(10) == 0 ? random.nextInt(256) : dust.charAt(random.nextInt(dust.length())));
            }
            try {
                StrictYaml.read(bytes);
            } catch (StrictYaml.Fault wrong) {
                assertThat(wrong.getMessage()).isNotBlank();
            } catch (RuntimeException | StackOverflowError unexpected) {
                throw new AssertionError("seed " + seed, unexpected);
            }
        }
    }

    private static StrictYaml.Node read(String text) throws StrictYaml.Fault {
        return StrictYaml.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
