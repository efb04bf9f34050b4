package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code token status} and {@code rotate}, against a token-service that knows one operator. */
class TokenCommandTest {
    private static final String SECRET = "s3cret-of-the-operator";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicInteger version = new AtomicInteger(7);
    private final Set<String> shown = ConcurrentHashMap.newKeySet();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext(
                "/v1/status",
                exchange -> answer(
                        exchange,
                        200,
                        "{\"leads\":true,\"usable\":true,\"next\":\"nothing\",\"version\":" + version.get()
                                + ",\"tokens\":[]}"));
        server.createContext(
                "/v1/rotations",
                exchange -> answer(exchange, 202, "{\"newer_than\":" + version.getAndIncrement() + "}"));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        assertThat(out.toString() + err).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n", "\n\n", " \n"})
    void whatAnEditorPutsBehindTheSecretIsNoPartOfIt(String end) throws IOException {
        Path file = secret(SECRET + end, "rw-------");

        assertThat(token("status", file)).isZero();
        assertThat(out.toString()).startsWith(url() + "  leads");
        assertThat(shown).containsExactly("Bearer " + SECRET);
    }

    @Test
    void aByteOrderMarkIsNoPartOfIt() throws IOException {
        assertThat(token("status", secret("\uFEFF" + SECRET, "r--------"))).isZero();
        assertThat(shown).containsExactly("Bearer " + SECRET);
    }

    @Test
    void aRotationIsOrderedAndItsTokenAwaited() throws IOException {
        assertThat(token("rotate", secret(SECRET + "\n", "rw-------"))).isZero();
        assertThat(out).hasToString("token 8 is published\n");
    }

    @Test
    void aSecretThatIsWrongIsRefusedAndNotShown() throws IOException {
        Path file = secret("another-secret", "rw-------");

        assertThat(token("status", file)).isEqualTo(ExitCodes.FAILED);
        assertThat(out).hasToString(url() + "  does not know this secret\n");
        assertThat(token("rotate", file)).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).startsWith("fleet: no replica takes the order: see ./fleet token status");
        assertThat(out.toString() + err).doesNotContain("another-secret");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path file = folder.resolve("nowhere");

        assertThat(token("status", file)).isEqualTo(ExitCodes.FAILED);
        assertThat(err).hasToString("fleet: there is no file " + file + "\n");
    }

    @Test
    void aFolderIsNoFile() {
        assertThat(token("status", folder)).isEqualTo(ExitCodes.FAILED);
        assertThat(err).hasToString("fleet: there is no file " + folder + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " \r\n", SECRET + "\n" + SECRET + "\n"})
    void aFileThatHoldsNoSecretIsRefused(String text) throws IOException {
        Path file = secret(text, "rw-------");

        assertThat(token("status", file)).isEqualTo(ExitCodes.FAILED);
        assertThat(err).hasToString("fleet: the file " + file + " must hold a secret on one line, and nothing else\n");
        assertThat(shown).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {SECRET + " " + SECRET, SECRET + "\u00e4"})
    void aSecretThatNoHeaderMayHaveIsRefusedAndNotShown(String text) throws IOException {
        Path file = secret(text, "rw-------");

        assertThat(token("status", file)).isEqualTo(ExitCodes.FAILED);
        assertThat(err)
                .hasToString("fleet: the secret in the file " + file
                        + " holds what no HTTP header may have, such as a space\n");
        assertThat(shown).isEmpty();
    }

    @Test
    void aSecretWithACharacterThatCannotBeSeenIsRefusedAndNotShown() throws IOException {
        Path file = secret(SECRET + "\u001b[2J", "rw-------");

        assertThat(token("status", file)).isEqualTo(ExitCodes.FAILED);
        assertThat(err)
                .hasToString(
                        "fleet: the file " + file + " holds a character that cannot be seen: write it as plain text\n");
        assertThat(shown).isEmpty();
    }

    @Test
    void aFileOfOtherTextThanUtf8IsRefused() throws IOException {
        Path file = secret("", "rw-------");
        Files.writeString(file, SECRET, StandardCharsets.UTF_16);

        assertThat(token("status", file)).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("it is UTF-16 text, or none; save it as UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw-rw-rw-", "rw-----w-"})
    void aFileThatOthersMayReadIsRefused(String permissions) throws IOException {
        Path file = secret(SECRET, permissions);

        assertThat(token("status", file)).isEqualTo(ExitCodes.FAILED);
        assertThat(err)
                .hasToString("fleet: others than its owner may read or write the secret in " + file + ": chmod 600 "
                        + file + "\n");
        assertThat(shown).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"status, cannot be reached", "rotate, no replica takes the order"})
    void aReplicaThatIsAwayIsNamed(String what, String said) throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Path file = secret(SECRET, "rw-------");

        assertThat(execute("token", what, "--url", "http://127.0.0.1:" + free, "--secret-file", file.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(out.toString() + err).contains(said);
    }

    @Test
    void theTraceOfAFailureHoldsNoSecret() throws IOException {
        Path file = secret(SECRET + " " + SECRET, "rw-------");

        assertThat(execute("--debug", "token", "status", "--url", url(), "--secret-file", file.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("    at ");
    }

    private void answer(HttpExchange exchange, int status, String json) throws IOException {
        String header = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        shown.add(header);
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(header.equals("Bearer " + SECRET) ? status : 401, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private int token(String what, Path secretFile) {
        return execute("token", what, "--url", url(), "--secret-file", secretFile.toString());
    }

    private int execute(String... arguments) {
        return FleetCommandLine.create()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private Path secret(String text, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve("secret.txt"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
