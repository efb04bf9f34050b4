package io.fleetcommand.systemtest.bench.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryFrontEndTest {
    private final RegistryFrontEnd frontEnd = new RegistryFrontEnd();
    private HttpServer registry;

    @BeforeEach
    void startRegistry() throws IOException {
        registry = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        registry.createContext("/", exchange -> {
            String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            byte[] answer = asked.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        registry.start();
        frontEnd.passTo("http://127.0.0.1:" + registry.getAddress().getPort() + "/own/path");
    }

    @AfterEach
    void stop() {
        frontEnd.close();
        registry.stop(0);
    }

    @Test
    void everythingIsPassedOn() throws Exception {
        assertThat(ask("POST", "/subjects/a-value/versions?normalize=true", "{}")
                        .body())
                .isEqualTo("POST /own/path/subjects/a-value/versions?normalize=true {}");
        assertThat(frontEnd.lookUps()).isZero();
    }

    @Test
    void withoutItsRoutesItSaysNotFoundInHtmlToLookUpsAlone() throws Exception {
        frontEnd.become(RegistryFrontEnd.Mode.LOST_ROUTES);

        HttpResponse<String> lookUp = ask("GET", "/schemas/ids/7", "");
        assertThat(lookUp.statusCode()).isEqualTo(404);
        assertThat(lookUp.body()).startsWith("<html>");
        assertThat(ask("GET", "/subjects", "").statusCode()).isEqualTo(200);
        assertThat(frontEnd.lookUps()).isEqualTo(1);
    }

    @Test
    void whileItIsDownItHangsUp() {
        frontEnd.become(RegistryFrontEnd.Mode.DOWN);

        assertThatThrownBy(() -> ask("GET", "/schemas/ids/7", "")).isInstanceOf(IOException.class);
    }

    private HttpResponse<String> ask(String method, String path, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(frontEnd.url() + path))
                                .timeout(Duration.ofSeconds(10))
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
