package io.fleetcommand.processor.cloud;

import static io.fleetcommand.processor.cloud.CloudBench.response;
import static io.fleetcommand.processor.core.request.Requests.DEVICE;
import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ledger.Outcome;
import io.fleetcommand.processor.core.ledger.Outcome.Kind;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Requests;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer says about the device, by its status and body. */
class CloudAnswersTest {
    private static final String TIMED_OUT = "{\"ok\":false,\"error\":\"timed out\"}";

    private final CloudBench bench = new CloudBench();

    @AfterEach
    void close() {
        bench.close();
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

    /** Responses with this many bytes. */
    private static String text(int bytes) {
        String none = "{\"result\":\"\"}";
        return "{\"result\":\"" + "x".repeat(bytes - none.length()) + "\"}";
    }

    @ParameterizedTest
    @MethodSource("responses")
    void anAnswerMeans(Requests request, int status, String body, Kind kind, Reason reason) throws Exception {
        bench.server.enqueue(response(status, body));

        Outcome outcome = bench.call(request);

        assertThat(outcome.kind()).isEqualTo(kind);
        assertThat(outcome.reason()).isEqualTo(reason);
        assertThat(outcome.httpStatus()).isEqualTo(status);
        assertThat(outcome.counted()).isEqualTo(kind != Kind.THROTTLED && kind != Kind.UNAUTHORISED);
        assertThat(bench.server.getRequestCount()).isEqualTo(1);
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
        bench.server.enqueue(response(status, body));

        Outcome outcome = bench.call(command("c"));

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
            bench.server.enqueue(response(404, String.format(form, error)));

            Outcome outcome = bench.call(request);

            assertThat(outcome.kind()).isEqualTo(Kind.REFUSED);
            assertThat(outcome.reason()).isEqualTo(reason);
        }
    }

    @ParameterizedTest
    @CsvSource({"200, GARBLED", "404, UNCERTAIN", "401, UNAUTHORISED", "429, THROTTLED"})
    void aBodyThatIsNotTheGzipItClaimsToBeCannotBeRead(int status, Kind kind) throws Exception {
        bench.server.enqueue(response(status, "{\"return_value\":1}")
                .newBuilder()
                .setHeader("Content-Encoding", "gzip")
                .build());

        Outcome outcome = bench.call(command("c"));

        assertThat(outcome.kind()).isEqualTo(kind);
        assertThat(outcome.httpStatus()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/octet-stream", "image/png", "nonsense"})
    void anAnswerIsReadForWhatItIsWhateverItsContentTypeSays(String type) throws Exception {
        bench.server.enqueue(response(200, "{\"return_value\":1}")
                .newBuilder()
                .setHeader("Content-Type", type)
                .build());

        assertThat(bench.call(command("c")).kind()).isEqualTo(Kind.DONE);
    }

    @Test
    void aProxyThatWantsCredentialsIsUncertain() throws Exception {
        bench.server.enqueue(response(407, "<html>"));

        assertThat(bench.call(command("c")).kind()).isEqualTo(Kind.UNCERTAIN);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void theCloudsWishToBeLeftAloneIsReadInBothForms(int status) throws Exception {
        bench.server.enqueue(new MockResponse.Builder()
                .code(status)
                .addHeader("Retry-After", "30")
                .build());
        assertThat(bench.call(command("c")).retryAfterMs()).isEqualTo(30_000);

        bench.server.enqueue(new MockResponse.Builder()
                .code(status)
                .addHeader("Retry-After", "Thu, 01 Jan 2026 00:02:00 GMT")
                .build());
        assertThat(bench.call(command("c")).retryAfterMs()).isEqualTo(120_000);

        bench.server.enqueue(new MockResponse.Builder()
                .code(status)
                .addHeader("Retry-After", "soon")
                .build());
        assertThat(bench.call(command("c")).retryAfterMs()).isZero();
    }

    @Test
    void whatTheCloudSaidIsInTheDetailWithinBounds() throws Exception {
        bench.server.enqueue(response(400, "{\"ok\":false,\"errors\":[{\"error\":\"" + "x".repeat(500) + "\"}]}"));
        assertThat(bench.call(command("c")).detail()).startsWith("400 xxx").hasSizeLessThanOrEqualTo(500);

        bench.server.enqueue(response(502, "<html>secret page</html>"));
        assertThat(bench.call(command("c")).detail()).isEqualTo("502 with a page of HTML");
    }
}
