package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    @Test
    void lettersThatTheLocaleLostAreReadFromTheBytes() throws IOException {
        assertThat(Arguments.read(
                        new String[] {"send", "f\ufffd\ufffdhre"},
                        Optional.of(bytes("java", "-cp", "x", "Main", "send", "f\u00e4hre")),
                        StandardCharsets.US_ASCII))
                .containsExactly("send", "f\u00e4hre");
    }

    @Test
    void bytesThatAreNoUtf8AreReadByTheLocale() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.write("java\0".getBytes(StandardCharsets.US_ASCII));
        line.write("f\u00e4hre\0".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(Arguments.read(
                        new String[] {"f\u00e4hre"}, Optional.of(line.toByteArray()), StandardCharsets.ISO_8859_1))
                .containsExactly("f\u00e4hre");
        assertThatThrownBy(() -> Arguments.read(
                        new String[] {"f\ufffdhre"}, Optional.of(line.toByteArray()), StandardCharsets.US_ASCII))
                .hasMessageStartingWith("argument 1 has letters that cannot be read by this locale; set LC_ALL");
    }

    @Test
    void withoutTheBytesWhatWasLostIsRefused() {
        assertThatThrownBy(() -> Arguments.read(
                        new String[] {"send", "f\ufffdhre"}, Optional.empty(), StandardCharsets.US_ASCII))
                .hasMessageStartingWith("argument 2 has letters");
        assertThat(Arguments.read(new String[] {"send", ""}, Optional.empty(), StandardCharsets.US_ASCII))
                .containsExactly("send", "");
    }

    /** The command line says which command it does not know: so it must have read it, and be able to write it. */
    @ParameterizedTest
    @CsvSource({
        "C, f\\303\\244hre\\342\\202\\254, f\u00e4hre\u20ac",
        "POSIX, f\\303\\244hre, f\u00e4hre",
        "C.UTF-8, f\\303\\244hre, f\u00e4hre",
        "xx_XX.ISO-8859-1, f\\303\\244hre, f\u00e4hre",
        "C, f\\344hre, argument 1 has letters that cannot be read by this locale"
    })
    void aProcessReadsItsArgumentInAnyLocale(String locale, String octal, String said) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "sh", "-c", "exec \"$JAVA\" -cp \"$CP\" io.fleetcommand.cli.Main \"$(printf '" + octal + "')\"")
                .redirectErrorStream(true);
        builder.environment().put("JAVA", System.getProperty("java.home") + "/bin/java");
        builder.environment().put("CP", System.getProperty("java.class.path"));
        builder.environment().put("LC_ALL", locale);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains(said);
        assertThat(process.exitValue()).isEqualTo(ExitCodes.MISUSED);
    }

    private static byte[] bytes(String... words) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (String word : words) {
            line.write(word.getBytes(StandardCharsets.UTF_8));
            line.write(0);
        }
        return line.toByteArray();
    }
}
