package io.fleetcommand.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The logging configuration shared by all services. */
class LoggingTest {
    @Test
    void theTextFormatIsOneReadableLine() throws Exception {
        assertThat(logged("text")).matches("\\S+ INFO  \\[main] fleet\\.requests - request c1: \\*\\*\\*\\R");
    }

    @Test
    void jsonHasAFieldForEachKeyAndNoSecret() throws Exception {
        JsonNode line = new ObjectMapper().readTree(logged("json"));

        assertThat(line.path("level").asText()).isEqualTo("INFO");
        assertThat(line.path("message").asText()).isEqualTo("request c1: ***");
        assertThat(line.path("request_id").asText()).isEqualTo("c1");
        assertThat(line.path("@timestamp").asText()).isNotEmpty();
        assertThat(line.toString()).doesNotContain("t0ken");
    }

    @Test
    void untrustedTextCannotForgeALogLine() throws Exception {
        String hostile = "c1\r\n2026-01-01T00:00:00Z ERROR [main] all is lost \u001B[2J\u2028";

        assertThat(logged("text", hostile))
                .matches("\\S+ INFO  \\[main] fleet\\.requests - request c1\\\\r\\\\n2026-.*: \\*\\*\\*\\R")
                .contains("all is lost \\u001B[2J\\u2028: ");
        assertThat(logged("json", hostile).lines()).hasSize(1);
    }

    @Test
    void anUnknownFormatIsRejected() {
        assertThatThrownBy(() -> logged("yaml")).isInstanceOf(AssertionError.class);
    }

    private static String logged(String format) throws JoranException {
        return logged(format, "c1");
    }

    /** The output of a service on standard error. */
    private static String logged(String format, String requestId) throws JoranException {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        LoggerContext context = new LoggerContext();
        try {
            System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
            context.setMDCAdapter(new LogbackMDCAdapter());
            context.putProperty("LOG_FORMAT", format);
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(context);
            configurator.doConfigure(LoggingTest.class.getResource("/logback.xml"));
            context.getLogger("fleet.requests")
                    .atInfo()
                    .addKeyValue("request_id", requestId)
                    .log("request {}: {}", requestId, Secret.of("t0ken"));
        } finally {
            context.stop();
            System.setErr(before);
        }
        String text = written.toString(StandardCharsets.UTF_8);
        assertThat(text)
                .as(context.getStatusManager().getCopyOfStatusList().toString())
                .isNotEmpty();
        return text;
    }
}
