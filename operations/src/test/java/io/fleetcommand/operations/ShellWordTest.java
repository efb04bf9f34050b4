package io.fleetcommand.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.text.VisibleText;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "door-7",
                "door-7~r1",
                "",
                " ",
                "a b",
                "~root",
                "a'b",
                "'",
                "a\"b",
                "$HOME",
                "$(touch /tmp/pwned)",
                "`id`",
                "a;b",
                "a|b",
                "a&b",
                "a>b",
                "*",
                "?",
                "[a]",
                "{a,b}",
                "!x",
                "#x",
                "\\",
                "a\\nb",
                "-x",
                "--",
                "a\nb",
                "a\tb",
                "\u001b[31m",
                "a\u001b'b\\n",
                "\u007f\u009b",
                "\u202eabc",
                "ü",
                "=a",
                "\r\n'; rm -rf x; '"
            })
    void aShellReadsBackWhatWasMeant(String text) throws Exception {
        String word = ShellWord.of(text);

        assertThat(VisibleText.isVisible(word)).isTrue();
        ProcessBuilder shell = new ProcessBuilder(
                "bash", "-c", "printf %s " + ShellWord.argument(text).replaceFirst("^-- ", ""));
        shell.environment().putAll(Map.of("LC_ALL", "C.UTF-8"));
        if (text.startsWith("-")) {
            shell.command("bash", "-c", "printf -- %s " + word);
        }
        Process process = shell.start();
        String read = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(read).isEqualTo(text);
    }

    @Test
    void whatLooksLikeAnOptionIsMarkedAsNone() {
        assertThat(ShellWord.argument("-rf")).isEqualTo("-- -rf");
        assertThat(ShellWord.argument("door-7")).isEqualTo("door-7");
        assertThat(ShellWord.option("--id", "-rf")).isEqualTo("--id=-rf");
        assertThat(ShellWord.option("--id", "a b")).isEqualTo("--id 'a b'");
    }

    @Test
    void aFilterIsWrittenAsItCouldBeTyped() {
        Filter filter = new Filter(
                Set.of("it's"),
                Set.of(),
                Set.of(),
                Set.of("-x"),
                Set.of(),
                Set.of(),
                Set.of("a\u001bb"),
                Filter.ALL.since(),
                Filter.ALL.until());

        assertThat(filter).hasToString("--id 'it'\\''s' --device=-x --requester $'a\\u001Bb'");
    }
}
