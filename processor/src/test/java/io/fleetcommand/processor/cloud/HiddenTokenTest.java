package io.fleetcommand.processor.cloud;

import static io.fleetcommand.processor.cloud.CloudBench.response;
import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Secret;
import io.fleetcommand.text.VisibleText;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The token is in no text that is shown, however an answer repeats it. */
class HiddenTokenTest {
    private static final String LIVE = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

    private final CloudBench bench = new CloudBench();

    @AfterEach
    void close() {
        bench.close();
    }

    static Stream<Arguments> repeatedTokens() {
        String before = "x".repeat(480);
        return Stream.of(200, 301, 400, 401, 403, 404, 408, 409, 418, 429, 500, 502, 503, 504)
                .flatMap(status -> Stream.of(
                                "plain text with " + LIVE + " in it",
                                "{\"error\":\"token " + LIVE + " is bad\"}",
                                "{\"error\":\"timed out\",\"error_description\":\"" + LIVE.toUpperCase(Locale.ROOT)
                                        + "\"}",
                                "{\"errors\":[{\"error\":\"" + coded("\\u%04x") + "\"}]}",
                                "{\"info\":\"" + coded("%%%02X") + "\"}",
                                "\"{\\\"error\\\":\\\"" + LIVE + "\\\"}\"",
                                "{\"error\":\"" + coded("\\\\u%04x") + "\"}",
                                "{\"error\":\"" + before + LIVE + "\"}",
                                before + LIVE,
                                "{\"error\":\"a\\u0000b\\u001b[31m\\n" + LIVE + "\"}",
                                "not json " + coded("\\u%04x"))
                        .map(body -> Arguments.of(status, body)));
    }

    private static String coded(String format) {
        return LIVE.chars().mapToObj(unit -> String.format(format, unit)).collect(Collectors.joining());
    }

    @ParameterizedTest
    @MethodSource("repeatedTokens")
    void anAnswerThatRepeatsTheTokenIsShownWithoutIt(int status, String body) throws Exception {
        bench.token = Optional.of(new AccessToken(7, Secret.of(LIVE)));
        bench.server.enqueue(response(status, body));

        String detail = bench.call(command("c")).detail();

        assertThat(detail).isNotEmpty().hasSizeLessThanOrEqualTo(500);
        // The remaining text has no part of the token, however it was encoded.
        assertThat(detail.toLowerCase(Locale.ROOT))
                .doesNotContain(LIVE.substring(0, 8), LIVE.substring(LIVE.length() - 8));
        assertThat(detail)
                .doesNotContain(
                        coded("\\u%04x").substring(0, 48), coded("%%%02X").substring(0, 24));
        assertThat(VisibleText.isVisible(detail)).isTrue();
    }

    @Test
    void aDeviceThatGivesTheTokenBackIsNotBelieved() throws Exception {
        bench.token = Optional.of(new AccessToken(7, Secret.of(LIVE)));
        bench.server.enqueue(response(200, "{\"result\":\"<" + LIVE + "> and \\n more\"}"));
        assertThat(bench.call(poll("p")).value()).isEqualTo(new Value.Text("<***> and \n more"));
    }

    @Test
    void aTokenThatWasReplacedLivesOnForAWhileAndIsNotShownEither() {
        RecentTokens tokens = new RecentTokens();
        tokens.shownWith(new AccessToken(7, Secret.of(LIVE)));

        ShownText shown = tokens.shownWith(new AccessToken(8, Secret.of("another-token-of-the-cloud")));

        assertThat(shown.of(LIVE + " another-token-of-the-cloud")).isEqualTo("*** ***");
        for (int version = 9; version < 99; version++) {
            shown = tokens.shownWith(new AccessToken(version, Secret.of("token-" + version)));
        }
        assertThat(shown.of("token-98 token-97 " + LIVE)).isEqualTo("*** *** " + LIVE);
    }

    @Test
    void anAnswerThatIsNotHttpIsShownWithoutTheToken() throws Exception {
        bench.token = Optional.of(new AccessToken(7, Secret.of(LIVE)));
        try (ServerSocket listener = new ServerSocket(0)) {
            bench.threads.execute(() -> {
                try (Socket socket = listener.accept()) {
                    socket.getInputStream().read(new byte[4096]);
                    socket.getOutputStream().write(("Bearer " + LIVE + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                } catch (IOException gone) {
                    throw new IllegalStateException(gone);
                }
            });

            Outcome outcome = bench.call(command("c"), HttpUrl.get("http://127.0.0.1:" + listener.getLocalPort()));

            assertThat(outcome.kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(outcome.detail()).contains("***").doesNotContain(LIVE);
        }
    }

    @Test
    void aTokenThatNoHeaderMayHoldIsNotSentNorShown() throws Exception {
        bench.token = Optional.of(new AccessToken(7, Secret.of("first-line\nsecond-line")));

        Outcome outcome = bench.call(command("c"));

        assertThat(outcome.kind()).isEqualTo(Kind.NOT_SENT);
        assertThat(outcome.detail()).contains("IllegalArgument").doesNotContain("first-line", "second-line");
    }
}
