package io.fleetcommand.processor.cloud;

import static io.fleetcommand.processor.core.request.Requests.DEVICE;
import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Requests;
import io.fleetcommand.processor.core.request.Value;
import io.fleetcommand.service.AccessToken;
import io.fleetcommand.service.Secret;
import io.fleetcommand.service.VisibleText;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDeviceCloudTest {
    private static final Duration LIMIT = Duration.ofMillis(2_000);
    private static final String LIVE = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
    private static final String TIMED_OUT = "{\"ok\":false,\"error\":\"timed out\"}";

    private final MockWebServer server = new MockWebServer();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong nanos = new AtomicLong();
    private OkHttpClient client = HttpDeviceCloud.client(LIMIT, LIMIT, 4, nanos::get);
    private final List<Long> rejected = new ArrayList<>();
    private boolean knownToBeGood;
    private Optional<AccessToken> token = Optional.of(new AccessToken(7, Secret.of("t0ken")));

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        threads.shutdownNow();
    }

    @Test
    void aFunctionIsCalledOnTheProductsAddressWithItsArgumentAndToken() throws Exception {
        server.enqueue(response(200, "{\"id\":\"x\",\"connected\":true,\"return_value\":-1}"));

        Outcome outcome = call(command("c").asking(new Action.Call("set-Led_1", "ä & b=1")));

        assertThat(outcome.kind()).isEqualTo(Kind.DONE);
        assertThat(outcome.value()).isEqualTo(new Value.Whole(-1));
        assertThat(outcome.httpStatus()).isEqualTo(200);
        RecordedRequest sent = server.takeRequest(5, TimeUnit.SECONDS);
        assertThat(sent.getMethod()).isEqualTo("POST");
        assertThat(sent.getUrl().encodedPath()).isEqualTo("/v1/products/rockets/devices/" + DEVICE + "/set-Led_1");
        assertThat(sent.getHeaders().get("Authorization")).isEqualTo("Bearer t0ken");
        assertThat(sent.getHeaders().get("Content-Type")).startsWith("application/x-www-form-urlencoded");
        assertThat(sent.getBody().utf8()).isEqualTo("arg=%C3%A4+%26+b%3D1");
    }

    @Test
    void aVariableIsRead() throws Exception {
        server.enqueue(response(200, "{\"name\":\"temperature\",\"result\":21.5}"));

        assertThat(call(poll("p")).value()).isEqualTo(new Value.Fraction(21.5));
        RecordedRequest sent = server.takeRequest(5, TimeUnit.SECONDS);
        assertThat(sent.getMethod()).isEqualTo("GET");
        assertThat(sent.getUrl().encodedPath()).isEqualTo("/v1/products/rockets/devices/" + DEVICE + "/temperature");
    }

    private static Stream<Arguments> repeatedTokens() {
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
        token = Optional.of(new AccessToken(7, Secret.of(LIVE)));
        server.enqueue(response(status, body));

        String detail = call(command("c")).detail();

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
        token = Optional.of(new AccessToken(7, Secret.of(LIVE)));
        server.enqueue(response(200, "{\"result\":\"<" + LIVE + "> and \\n more\"}"));
        assertThat(call(poll("p")).value()).isEqualTo(new Value.Text("<***> and \n more"));
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
        token = Optional.of(new AccessToken(7, Secret.of(LIVE)));
        try (ServerSocket listener = new ServerSocket(0)) {
            threads.execute(() -> {
                try (Socket socket = listener.accept()) {
                    socket.getInputStream().read(new byte[4096]);
                    socket.getOutputStream().write(("Bearer " + LIVE + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                } catch (IOException gone) {
                    throw new IllegalStateException(gone);
                }
            });

            Outcome outcome = call(command("c"), HttpUrl.get("http://127.0.0.1:" + listener.getLocalPort()));

            assertThat(outcome.kind()).isEqualTo(Kind.UNCERTAIN);
            assertThat(outcome.detail()).contains("***").doesNotContain(LIVE);
        }
    }

    @Test
    void aTokenThatNoHeaderMayHoldIsNotSentNorShown() throws Exception {
        token = Optional.of(new AccessToken(7, Secret.of("first-line\nsecond-line")));

        Outcome outcome = call(command("c"));

        assertThat(outcome.kind()).isEqualTo(Kind.NOT_SENT);
        assertThat(outcome.detail()).contains("IllegalArgument").doesNotContain("first-line", "second-line");
    }

    @Test
    void theCurrentSpanIsNamedOnTheCallAndWithoutOneNothingIs() throws Exception {
        server.enqueue(response(200, "{\"return_value\":1}"));
        server.enqueue(response(200, "{\"return_value\":1}"));
        Span span = Span.wrap(SpanContext.create(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                TraceFlags.getSampled(),
                TraceState.builder().put("vendor", "x").build()));
        Callable<Outcome> calling = () -> call(command("c"));
        assertThat(Context.root().with(span).wrap(calling).call().kind()).isEqualTo(Kind.DONE);
        call(command("c"));

        RecordedRequest traced = server.takeRequest(5, TimeUnit.SECONDS);
        assertThat(traced.getHeaders().get("traceparent"))
                .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertThat(traced.getHeaders().get("tracestate")).isEqualTo("vendor=x");
        assertThat(server.takeRequest(5, TimeUnit.SECONDS).getHeaders().get("traceparent"))
                .isNull();
    }

    static Stream<Arguments> responses() {
        String html = "<html><h1>502</h1></html>";
        String denied = "{\"error\":\"Permission Denied\",\"info\":\"I didn't recognize that device name or ID\"}";
        Requests command = command("c");
        Requests poll = poll("p");
        return Stream.of(
                Arguments.of(command, 200, "{\"return_value\":2147483647}", Kind.DONE, Reason.NONE),
                Arguments.of(command, 200, "{\"return_value\":2147483648}", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(command, 200, "{\"ok\":false,\"error\":\"no\"}", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(command, 200, "{\"return_value\":\"1\"}", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(command, 200, "{\"return_val", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(command, 200, "", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(command, 200, html, Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(
                        command,
                        200,
                        "{\"connected\":false,\"return_value\":1}",
                        Kind.UNREACHABLE,
                        Reason.DEVICE_UNREACHABLE),
                Arguments.of(poll, 200, "{\"result\":1}", Kind.DONE, Reason.NONE),
                Arguments.of(poll, 200, "{\"result\":true}", Kind.DONE, Reason.NONE),
                Arguments.of(poll, 200, "{\"result\":\"\"}", Kind.DONE, Reason.NONE),
                Arguments.of(poll, 200, text(64 * 1024), Kind.DONE, Reason.NONE),
                Arguments.of(poll, 200, text(64 * 1024 + 1), Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(poll, 200, "{\"result\":null}", Kind.DONE, Reason.NONE),
                Arguments.of(poll, 200, "{\"result\":{}}", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(poll, 200, "{\"result\":[1]}", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(poll, 200, "{\"result\":1,\"result\":2}", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(poll, 200, "{\"result\":1} x", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(poll, 200, "[{\"result\":1}]", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(poll, 200, "1", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(poll, 200, "[".repeat(60_000), Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(poll, 200, "{\"name\":\"other\",\"result\":1}", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(poll, 200, "{\"name\":\"Temperature\",\"result\":1}", Kind.DONE, Reason.NONE),
                Arguments.of(poll, 200, of("ffffffffffffffffffffffff"), Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(poll, 200, of(DEVICE.toUpperCase(Locale.ROOT)), Kind.DONE, Reason.NONE),
                Arguments.of(
                        command,
                        200,
                        "{\"id\":\"ffffffffffffffffffffffff\",\"return_value\":1}",
                        Kind.GARBLED,
                        Reason.UNREADABLE_ANSWER),
                Arguments.of(command, 200, "{\"return_value\":null}", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(command, 200, "{\"return_value\":1.5}", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(command, 200, "{\"return_value\":-1.0}", Kind.DONE, Reason.NONE),
                Arguments.of(
                        command,
                        200,
                        "{\"ok\":false,\"errors\":[\"Request Timed Out\"]}",
                        Kind.UNREACHABLE,
                        Reason.DEVICE_UNREACHABLE),
                Arguments.of(poll, 200, "{\"name\":\"x\"}", Kind.GARBLED, Reason.UNREADABLE_ANSWER),
                Arguments.of(command, 408, TIMED_OUT, Kind.UNREACHABLE, Reason.DEVICE_UNREACHABLE),
                Arguments.of(command, 404, TIMED_OUT, Kind.UNREACHABLE, Reason.DEVICE_UNREACHABLE),
                Arguments.of(
                        command,
                        400,
                        "{\"ok\":false,\"error\":\"Timed out.\"}",
                        Kind.UNREACHABLE,
                        Reason.DEVICE_UNREACHABLE),
                Arguments.of(
                        command,
                        404,
                        "{\"ok\":false,\"error\":\"Function launch not found\"}",
                        Kind.REFUSED,
                        Reason.FUNCTION_NOT_FOUND),
                Arguments.of(
                        poll,
                        404,
                        "{\"ok\":false,\"error\":\"Unknown Variable: temperature\"}",
                        Kind.REFUSED,
                        Reason.VARIABLE_NOT_FOUND),
                Arguments.of(
                        poll,
                        404,
                        "{\"ok\":false,\"error\":\"Device not found\"}",
                        Kind.REFUSED,
                        Reason.DEVICE_NOT_FOUND),
                Arguments.of(command, 403, denied, Kind.REFUSED, Reason.DEVICE_NOT_FOUND),
                Arguments.of(command, 403, "{\"error\":\"Permission denied\"}", Kind.REFUSED, Reason.FORBIDDEN),
                Arguments.of(command, 400, "{\"ok\":false,\"error\":\"locked\"}", Kind.REFUSED, Reason.REFUSED),
                Arguments.of(
                        command,
                        400,
                        "{\"error\":\"unauthorized\",\"error_description\":\"This API user lacks the scope\"}",
                        Kind.REFUSED,
                        Reason.FORBIDDEN),
                Arguments.of(command, 400, "{\"error\":\"invalid_request\"}", Kind.UNAUTHORISED, Reason.NONE),
                Arguments.of(command, 413, "{\"ok\":false}", Kind.REFUSED, Reason.REFUSED),
                Arguments.of(command, 451, "{\"ok\":false,\"errors\":[\"no\"]}", Kind.REFUSED, Reason.REFUSED),
                Arguments.of(command, 403, "{\"error\":\"invalid_token\"}", Kind.UNAUTHORISED, Reason.NONE),
                Arguments.of(poll, 404, "{\"error\":\"expired_token\"}", Kind.UNAUTHORISED, Reason.NONE),
                Arguments.of(command, 401, html, Kind.UNAUTHORISED, Reason.NONE),
                Arguments.of(command, 401, "", Kind.UNAUTHORISED, Reason.NONE),
                Arguments.of(command, 429, "", Kind.THROTTLED, Reason.NONE),
                Arguments.of(command, 302, html, Kind.UNCERTAIN, Reason.CLOUD_FAILURE),
                Arguments.of(command, 204, "", Kind.UNCERTAIN, Reason.CLOUD_FAILURE),
                Arguments.of(command, 401, "{\"error\":\"invalid_token\"}", Kind.UNAUTHORISED, Reason.NONE),
                Arguments.of(command, 429, "{\"error\":\"slow down\"}", Kind.THROTTLED, Reason.NONE),
                Arguments.of(command, 429, "\"{\\\"error\\\":\\\"slow down\\\"}\"", Kind.THROTTLED, Reason.NONE),
                Arguments.of(command, 429, html, Kind.THROTTLED, Reason.NONE),
                Arguments.of(command, 500, "{\"ok\":false}", Kind.UNCERTAIN, Reason.CLOUD_FAILURE),
                Arguments.of(command, 502, html, Kind.UNCERTAIN, Reason.CLOUD_FAILURE),
                Arguments.of(command, 503, "", Kind.UNCERTAIN, Reason.CLOUD_FAILURE),
                Arguments.of(command, 301, "", Kind.UNCERTAIN, Reason.CLOUD_FAILURE));
    }

    private static String of(String device) {
        return "{\"result\":1,\"coreInfo\":{\"deviceID\":\"" + device + "\"}}";
    }

    static Stream<Arguments> frontEnds() {
        return Stream.of(400, 402, 403, 404, 405, 408, 409, 410, 413, 414, 418, 421, 431, 451, 499)
                .flatMap(status -> Stream.of(
                                "",
                                " ",
                                "Forbidden",
                                "\"Not Found\"",
                                "<html><h1>403 Forbidden</h1></html>",
                                "\n<!DOCTYPE html><title>timed out</title>",
                                "{}",
                                "[]",
                                "null",
                                "{\"message\":\"Forbidden\"}",
                                "{\"error\":{\"code\":404,\"message\":\"Function not found\"}}",
                                "{\"error\":\"\"}",
                                "{\"error\":\"Forbidden\"}",
                                "{\"error\":\"Not Found\",\"status\":404}",
                                "{\"timestamp\":1,\"status\":404,\"error\":\"Not Found\",\"path\":\"/v1\"}",
                                "{\"statusCode\":403,\"error\":\"Forbidden\",\"message\":\"Access denied\"}",
                                "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404}",
                                "{\"error\":\"unauthorized\"}",
                                "{\"error\":\"access_denied\",\"error_description\":\"blocked by a rule\"}",
                                "{\"error\":\"page not found\"}",
                                "{\"error\":\"no such Device not found page\"}",
                                "{\"error\":\"Request Timeout\"}",
                                "{\"errors\":[\"Not Found\"]}",
                                "{\"errors\":[{\"error\":\"Access denied\"}]}",
                                "{\"success\":false,\"errors\":[{\"code\":1020,\"message\":\"Access denied\"}]}",
                                "{\"info\":\"down for maintenance\"}",
                                "{\"ok\":\"false\",\"error\":\"Forbidden\"}",
                                "\"{\\\"error\\\":\\\"Forbidden\\\"}\"",
                                "{\"ok\":true}",
                                "{\"error\":\"Function launch not fou",
                                "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>")
                        .map(body -> Arguments.of(status, body)));
    }

    @ParameterizedTest
    @MethodSource("frontEnds")
    void aRefusalThatIsNotInTheCloudsFormMayStandForAnything(int status, String body) throws Exception {
        server.enqueue(response(status, body));

        Outcome outcome = call(command("c"));

        assertThat(outcome.kind()).isEqualTo(Kind.GARBLED);
        assertThat(outcome.reason()).isEqualTo(Reason.UNREADABLE_ANSWER);
        assertThat(outcome.httpStatus()).isEqualTo(status);
        assertThat(outcome.counted()).isTrue();
        assertThat(outcome.detail()).startsWith(status + " from a proxy or front end");
    }

    static Stream<Arguments> missing() {
        Requests poll = poll("p");
        return Stream.of(
                Arguments.of(calling("resetDevice"), "Function resetDevice not found", Reason.FUNCTION_NOT_FOUND),
                Arguments.of(calling("device"), "Function device not found", Reason.FUNCTION_NOT_FOUND),
                Arguments.of(calling("productId"), "Function productId not found", Reason.FUNCTION_NOT_FOUND),
                Arguments.of(calling("product"), "Function product not found", Reason.FUNCTION_NOT_FOUND),
                Arguments.of(calling("device"), "Function not found", Reason.FUNCTION_NOT_FOUND),
                Arguments.of(reading("device"), "Variable device not found", Reason.VARIABLE_NOT_FOUND),
                Arguments.of(reading("lastProduct"), "Unknown Variable: lastProduct", Reason.VARIABLE_NOT_FOUND),
                Arguments.of(reading("product"), "Variable not found", Reason.VARIABLE_NOT_FOUND),
                Arguments.of(calling("launch"), "Device not found", Reason.DEVICE_NOT_FOUND),
                Arguments.of(calling("launch"), "device not found.", Reason.DEVICE_NOT_FOUND),
                Arguments.of(poll, "Device not found for this product", Reason.DEVICE_NOT_FOUND),
                Arguments.of(poll, "Device " + DEVICE + " not found", Reason.DEVICE_NOT_FOUND),
                Arguments.of(poll, "Product not found.", Reason.DEVICE_NOT_FOUND));
    }

    private static Requests calling(String function) {
        return command("c").asking(new Action.Call(function, ""));
    }

    private static Requests reading(String variable) {
        return poll("p").asking(new Action.Read(variable, 0));
    }

    @ParameterizedTest
    @MethodSource("missing")
    void a404NamesWhatIsMissingWhateverItIsCalled(Requests request, String error, Reason reason) throws Exception {
        for (String form : List.of("{\"ok\":false,\"error\":\"%s\"}", "{\"error\":\"%s\"}")) {
            server.enqueue(response(404, String.format(form, error)));

            Outcome outcome = call(request);

            assertThat(outcome.kind()).isEqualTo(Kind.REFUSED);
            assertThat(outcome.reason()).isEqualTo(reason);
        }
    }

    static Stream<Arguments> variables() {
        return Stream.of(
                Arguments.of("21", new Value.Whole(21)),
                Arguments.of("25.25", new Value.Fraction(25.25)),
                Arguments.of("2.0", new Value.Fraction(2)),
                Arguments.of("-1", new Value.Whole(-1)),
                Arguments.of("-0", new Value.Whole(0)),
                Arguments.of("-0.0", new Value.Fraction(-0.0)),
                Arguments.of("1e3", new Value.Fraction(1_000)),
                Arguments.of("1E-400", new Value.Fraction(0)),
                Arguments.of("9007199254740993", new Value.Whole(9_007_199_254_740_993L)),
                Arguments.of("9223372036854775807", new Value.Whole(Long.MAX_VALUE)),
                Arguments.of("9223372036854775808", new Value.Fraction(9.223372036854775807e18)),
                Arguments.of("1.7976931348623157e308", new Value.Fraction(Double.MAX_VALUE)),
                Arguments.of("1" + "0".repeat(400), Value.NONE),
                Arguments.of("1e400", Value.NONE),
                Arguments.of("-1e999", Value.NONE),
                Arguments.of("null", Value.NONE),
                Arguments.of("NaN", Value.NONE),
                Arguments.of("Infinity", Value.NONE),
                Arguments.of("-Infinity", Value.NONE),
                Arguments.of("\"NaN\"", new Value.Text("NaN")),
                Arguments.of("\"null\"", new Value.Text("null")),
                Arguments.of("\"a\\u0000b\"", new Value.Text("a\0b")),
                Arguments.of("\"\\ud83d\\ude00\"", new Value.Text("\ud83d\ude00")),
                Arguments.of("false", new Value.Truth(false)));
    }

    @ParameterizedTest
    @MethodSource("variables")
    void aVariableHolds(String json, Value value) throws Exception {
        server.enqueue(response(200, "{\"name\":\"temperature\",\"result\":" + json + "}"));

        Outcome outcome = call(poll("p"));

        assertThat(outcome.kind()).isEqualTo(Kind.DONE);
        assertThat(outcome.value()).isEqualTo(value);
        assertThat(outcome.detail()).isEmpty();
    }

    @Test
    void halfACharacterIsReplacedAndTheDetailSaysSo() throws Exception {
        server.enqueue(response(200, "{\"result\":\"a\\ud83db\\ude00\"}"));

        Outcome outcome = call(poll("p"));

        assertThat(outcome.value()).isEqualTo(new Value.Text("a\ufffdb\ufffd"));
        assertThat(outcome.detail()).contains("replaced");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/octet-stream", "image/png", "nonsense"})
    void anAnswerIsReadForWhatItIsWhateverItsContentTypeSays(String type) throws Exception {
        server.enqueue(response(200, "{\"return_value\":1}")
                .newBuilder()
                .setHeader("Content-Type", type)
                .build());

        assertThat(call(command("c")).kind()).isEqualTo(Kind.DONE);
    }

    @ParameterizedTest
    @CsvSource({"200, GARBLED", "404, UNCERTAIN", "401, UNAUTHORISED", "429, THROTTLED"})
    void aBodyThatIsNotTheGzipItClaimsToBeCannotBeRead(int status, Kind kind) throws Exception {
        server.enqueue(response(status, "{\"return_value\":1}")
                .newBuilder()
                .setHeader("Content-Encoding", "gzip")
                .build());

        Outcome outcome = call(command("c"));

        assertThat(outcome.kind()).isEqualTo(kind);
        assertThat(outcome.httpStatus()).isEqualTo(status);
    }

    /** Responses with this many bytes. */
    private static String text(int bytes) {
        String none = "{\"result\":\"\"}";
        return "{\"result\":\"" + "x".repeat(bytes - none.length()) + "\"}";
    }

    @ParameterizedTest
    @MethodSource("responses")
    void anAnswerMeans(Requests request, int status, String body, Kind kind, Reason reason) throws Exception {
        server.enqueue(response(status, body));

        Outcome outcome = call(request);

        assertThat(outcome.kind()).isEqualTo(kind);
        assertThat(outcome.reason()).isEqualTo(reason);
        assertThat(outcome.httpStatus()).isEqualTo(status);
        assertThat(outcome.counted()).isEqualTo(kind != Kind.THROTTLED && kind != Kind.UNAUTHORISED);
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void aProxyThatWantsCredentialsIsUncertain() throws Exception {
        server.enqueue(response(407, "<html>"));

        assertThat(call(command("c")).kind()).isEqualTo(Kind.UNCERTAIN);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 421, 401, 503, 301, 302, 307, 308, 407})
    void nothingIsSentTwiceWhateverTheCloudSays(int status) throws Exception {
        for (Requests request : List.of(command("c"), poll("p"))) {
            int before = server.getRequestCount();
            MockResponse response = new MockResponse.Builder()
                    .code(status)
                    .addHeader("Retry-After", "0")
                    .addHeader("Location", server.url("/elsewhere"))
                    .body("x")
                    .build();
            server.enqueue(response);
            server.enqueue(response(200, "{\"return_value\":1,\"result\":1}"));

            assertThat(call(request).kind()).isNotEqualTo(Kind.DONE);
            assertThat(server.getRequestCount()).isEqualTo(before + 1);
            call(request);
        }
    }

    @Test
    void aConnectionThatBreaksAfterTheRequestWasReadIsUncertainAndNotRepeated() throws Exception {
        server.enqueue(response(200, "{\"return_value\":1}"));
        call(command("warms the connection up"));
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(new SocketEffect.CloseSocket())
                .build());
        server.enqueue(response(200, "{\"return_value\":1}"));

        Outcome outcome = call(command("c"));

        assertThat(outcome.kind()).isEqualTo(Kind.UNCERTAIN);
        assertThat(outcome.reason()).isEqualTo(Reason.CLOUD_FAILURE);
        assertThat(outcome.counted()).isTrue();
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void aStaleConnectionIsReplacedBeforeTheCallIsSent() throws Exception {
        BlockingQueue<String> closed = new ArrayBlockingQueue<>(10);
        try (ServerSocket hasty = new ServerSocket(0)) {
            threads.execute(() -> answerAndClose(hasty, closed));
            HttpUrl url = HttpUrl.get("http://127.0.0.1:" + hasty.getLocalPort());
            for (Requests request : List.of(command("c1"), poll("p1"), command("c2"), poll("p2"))) {
                assertThat(call(request, url).kind()).as("%s", request.made()).isEqualTo(Kind.DONE);
                assertThat(closed.poll(5, TimeUnit.SECONDS)).isNotNull();
                nanos.addAndGet(StaleConnectionInterceptor.FRESH.toNanos());
            }
        }
    }

    @Test
    void aConnectionOnWhichAnAnswerHasJustArrivedIsUsedWithoutALook() throws Exception {
        BlockingQueue<String> closed = new ArrayBlockingQueue<>(10);
        try (ServerSocket hasty = new ServerSocket(0)) {
            threads.execute(() -> answerAndClose(hasty, closed));
            HttpUrl url = HttpUrl.get("http://127.0.0.1:" + hasty.getLocalPort());
            assertThat(call(command("c1"), url).kind()).isEqualTo(Kind.DONE);
            assertThat(closed.poll(5, TimeUnit.SECONDS)).isNotNull();
            nanos.addAndGet(StaleConnectionInterceptor.FRESH.toNanos() - 1);

            assertThat(call(command("c2"), url).kind()).isEqualTo(Kind.UNCERTAIN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void anOpenPooledConnectionIsReusedOverTls(String protocol) throws Exception {
        HandshakeCertificates tls = trusted();
        try (MockWebServer secured = new MockWebServer()) {
            secured.useHttps(tls.sslSocketFactory());
            secured.setProtocols(Stream.of(Protocol.get(protocol), Protocol.HTTP_1_1)
                    .distinct()
                    .toList());
            secured.start();
            for (int exchange = 0; exchange < 3; exchange++) {
                secured.enqueue(response(200, "{\"return_value\":1}"));

                assertThat(call(command("c"), secured.url("/")).kind()).isEqualTo(Kind.DONE);
                RecordedRequest sent = secured.takeRequest(5, TimeUnit.SECONDS);
                assertThat(sent.getConnectionIndex()).isZero();
                assertThat(sent.getExchangeIndex()).isEqualTo(exchange);
            }
        }
    }

    /** The client trusts a self-signed certificate; this is the server with it. */
    private HandshakeCertificates trusted() {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .build();
        HandshakeCertificates tls = new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .addTrustedCertificate(certificate.certificate())
                .build();
        client = client.newBuilder()
                .sslSocketFactory(tls.sslSocketFactory(), tls.trustManager())
                .build();
        return tls;
    }

    /** Error codes of RFC 9113, section 7. */
    @ParameterizedTest
    @CsvSource({
        "0,  UNCERTAIN", // NO_ERROR
        "2,  UNCERTAIN", // INTERNAL_ERROR
        "7,  NOT_SENT", // REFUSED_STREAM
        "8,  UNCERTAIN", // CANCEL
        "11, UNCERTAIN", // ENHANCE_YOUR_CALM
    })
    void aStreamThatIsResetWasNotProcessedOnlyIfItIsRefused(int errorCode, Kind kind) throws Exception {
        HandshakeCertificates tls = trusted();
        try (MockWebServer secured = new MockWebServer()) {
            secured.useHttps(tls.sslSocketFactory());
            secured.start();
            secured.enqueue(new MockResponse.Builder()
                    .onResponseStart(new SocketEffect.CloseStream(errorCode))
                    .build());

            Outcome outcome = call(command("c"), secured.url("/"));

            assertThat(outcome.kind()).isEqualTo(kind);
            assertThat(outcome.counted()).isEqualTo(kind != Kind.NOT_SENT);
            assertThat(outcome.reason()).isEqualTo(Reason.CLOUD_FAILURE);
            assertThat(secured.getRequestCount()).as("sent once").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, NOT_SENT", "1, NOT_SENT", "3, UNCERTAIN", "5, UNCERTAIN"})
    void aStreamAboveTheLastThatAGoawayNamesWasNotProcessed(int lastStream, Kind kind) throws Exception {
        HandshakeCertificates tls = trusted();
        try (ServerSocket leaving = tls.sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getByName("localhost"))) {
            threads.execute(() -> goAway(leaving, lastStream));

            Outcome outcome = call(command("c"), HttpUrl.get("https://localhost:" + leaving.getLocalPort()));

            assertThat(outcome.kind()).isEqualTo(kind);
            assertThat(outcome.counted()).isEqualTo(kind != Kind.NOT_SENT);
        }
    }

    /** An HTTP/2 server that reads the client's first stream, number 3, sends GOAWAY and closes. */
    private static void goAway(ServerSocket server, int lastStream) {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            in.readNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
            frame(out, 4, new byte[0]);
            int type;
            do {
                int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
                type = in.readUnsignedByte();
                in.readNBytes(1 + 4 + length);
            } while (type != 1);
            frame(out, 7, ByteBuffer.allocate(8).putInt(lastStream).putInt(0).array());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** A frame of stream 0, without flags. */
    private static void frame(DataOutputStream out, int type, byte[] payload) throws IOException {
        out.writeByte(0);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(0);
        out.writeInt(0);
        out.write(payload);
        out.flush();
    }

    /** A server that responds to one request per connection and closes it, without announcing that in the response. */
    private static void answerAndClose(ServerSocket server, BlockingQueue<String> closed) {
        String body = "{\"return_value\":1,\"result\":1}";
        byte[] response = ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
        try {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    assertThat(socket.getInputStream().read(new byte[10_000])).isPositive();
                    socket.getOutputStream().write(response);
                }
                closed.add("closed");
            }
        } catch (IOException ended) {
            closed.add("ended");
        }
    }

    @Test
    void anAnswerThatBreaksOffIsGarbledIfItSaidYes() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .code(200)
                .body("{\"return_value\":1}".repeat(5_000))
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());
        assertThat(call(command("c")).kind()).isEqualTo(Kind.GARBLED);

        server.enqueue(new MockResponse.Builder()
                .code(404)
                .body("x".repeat(60_000))
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());
        assertThat(call(command("c")).kind()).isEqualTo(Kind.UNCERTAIN);
    }

    @Test
    void aCallThatHangsIsUncertainWithinTheTimeOut() throws Exception {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());
        assertThat(call(command("c")).kind()).isEqualTo(Kind.UNCERTAIN);

        server.enqueue(new MockResponse.Builder()
                .code(200)
                .body("{\"return_value\":1}")
                .onResponseBody(SocketEffect.Stall.INSTANCE)
                .build());
        assertThat(call(command("c")).kind()).isEqualTo(Kind.GARBLED);
    }

    @Test
    void whatWasSurelyNotSentIsSaidNotToBe() throws Exception {
        int port = server.getPort();
        server.close();
        assertNotSent(call(command("c"), HttpUrl.get("http://127.0.0.1:" + port)));
        assertNotSent(call(command("c"), HttpUrl.get("http://no-such-host.invalid")));
    }

    @Test
    void aFailedHandshakeIsNotSent() throws Exception {
        Outcome outcome = call(command("c"), HttpUrl.get("https://127.0.0.1:" + server.getPort()));

        assertNotSent(outcome);
    }

    /** The fault is the cloud's, and the call does not count as an attempt. */
    private static void assertNotSent(Outcome outcome) {
        assertThat(outcome.kind()).isEqualTo(Kind.NOT_SENT);
        assertThat(outcome.reason()).isEqualTo(Reason.CLOUD_FAILURE);
        assertThat(outcome.counted()).isFalse();
    }

    @Test
    void withoutATokenNothingIsSentAndTheAttemptDoesNotCount() throws Exception {
        token = Optional.empty();

        Outcome outcome = call(command("c"));

        assertThat(outcome.kind()).isEqualTo(Kind.NOT_SENT);
        assertThat(outcome.counted()).isFalse();
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void aRefusedTokenIsReportedByItsVersionAndNeverShown() throws Exception {
        server.enqueue(response(401, "{\"error\":\"invalid_token\"}"));

        Outcome outcome = call(command("c"));

        assertThat(rejected).containsExactly(7L);
        assertThat(outcome.counted()).isFalse();
        assertThat(outcome.toString()).doesNotContain("t0ken");
    }

    @Test
    void theRefusalOfATokenThatIsKnownToBeGoodIsTheCloudsFaultAndCounts() throws Exception {
        knownToBeGood = true;
        server.enqueue(response(401, "{\"error\":\"invalid_token\"}"));

        Outcome outcome = call(command("c"));

        assertThat(outcome.kind()).isEqualTo(Kind.UNAUTHORISED);
        assertThat(outcome.reason()).isEqualTo(Reason.CLOUD_FAILURE);
        assertThat(outcome.counted()).isTrue();
        assertThat(outcome.detail()).isEqualTo("401 invalid_token, though the token is good");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void theCloudsWishToBeLeftAloneIsReadInBothForms(int status) throws Exception {
        server.enqueue(new MockResponse.Builder()
                .code(status)
                .addHeader("Retry-After", "30")
                .build());
        assertThat(call(command("c")).retryAfterMs()).isEqualTo(30_000);

        server.enqueue(new MockResponse.Builder()
                .code(status)
                .addHeader("Retry-After", "Thu, 01 Jan 2026 00:02:00 GMT")
                .build());
        assertThat(call(command("c")).retryAfterMs()).isEqualTo(120_000);

        server.enqueue(new MockResponse.Builder()
                .code(status)
                .addHeader("Retry-After", "soon")
                .build());
        assertThat(call(command("c")).retryAfterMs()).isZero();
    }

    @Test
    void aCallForWhichThereIsNoThreadAnyMoreIsNotSent() throws Exception {
        threads.shutdown();

        Outcome outcome = call(command("c"));

        assertThat(outcome.kind()).isEqualTo(Kind.NOT_SENT);
        assertThat(outcome.counted()).isFalse();
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void whatTheCloudSaidIsInTheDetailWithinBounds() throws Exception {
        server.enqueue(response(400, "{\"ok\":false,\"errors\":[{\"error\":\"" + "x".repeat(500) + "\"}]}"));
        assertThat(call(command("c")).detail()).startsWith("400 xxx").hasSizeLessThanOrEqualTo(500);

        server.enqueue(response(502, "<html>secret page</html>"));
        assertThat(call(command("c")).detail()).isEqualTo("502 with a page of HTML");
    }

    private Outcome call(Requests request) throws Exception {
        return call(request, server.url("/"));
    }

    private Outcome call(Requests request, HttpUrl base) throws Exception {
        Request made = request.made();
        BlockingQueue<Outcome> outcomes = new ArrayBlockingQueue<>(10);
        new HttpDeviceCloud(
                        client,
                        threads,
                        DeviceUrls.ofProducts(base),
                        () -> token,
                        version -> {
                            rejected.add(version);
                            return knownToBeGood;
                        },
                        InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")),
                        System::nanoTime)
                .call(made, outcomes::add);
        Outcome outcome = outcomes.poll(20, TimeUnit.SECONDS);
        assertThat(outcome).as("an outcome in time").isNotNull();
        assertThat(outcomes).as("no second outcome").isEmpty();
        return outcome;
    }

    private static MockResponse response(int status, String body) {
        return new MockResponse.Builder().code(status).body(body).build();
    }
}
