package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PolicyCommandTest {
    private static final Path EXAMPLE = Path.of("..", "deploy", "policy", "example.yaml");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void namesTheRuleThatAllows() throws Exception {
        assertThat(check("{\"product\":\"12345\",\"function\":\"setLed\",\"argument\":\"on\"}"))
                .isZero();
        assertThat(out).hasToString("allowed on fleet.commands by the rule: the app switches lights\n");
    }

    @Test
    void saysWhyEachRuleDoesNot() throws Exception {
        assertThat(check("{\"product\":\"12345\",\"function\":\"setLed\",\"argument\":\"blue\"}"))
                .isEqualTo(1);
        assertThat(out).hasToString("""
                denied on fleet.commands
                  the app switches lights does not have this argument of function setLed
                  billing reads meters at leisure is about other topics than fleet.commands
                  campaigns reboot cellars is about other topics than fleet.commands
                """);
    }

    @Test
    void theTopicDecides() throws Exception {
        String poll = "{\"product\":\"12345\",\"variable\":\"uptime\"}";
        assertThat(check(poll)).isEqualTo(1);
        assertThat(check(poll, "--topic", "fleet.polls.billing")).isZero();
        assertThat(out.toString())
                .endsWith("allowed on fleet.polls.billing by the rule: billing reads meters at leisure,"
                        + " whose calls may take 20 % of the quota\n"
                        + "  the app switches lights is about other topics than fleet.polls.billing\n");
    }

    @Test
    void theReplyTopicIsJudgedToo() throws Exception {
        String command = "{\"product\":\"12345\",\"function\":\"setLed\",\"argument\":\"on\"}";
        assertThat(check(command, "--reply-to", "replies.app.1")).isZero();
        assertThat(out.toString()).endsWith("reply topic replies.app.1: allowed on fleet.commands\n");
        assertThat(check(command, "--reply-to", "replies.billing")).isEqualTo(1);
        assertThat(out.toString())
                .endsWith("reply topic replies.billing: denied, no entry of replies has it on fleet.commands\n");
    }

    @Test
    void whatARequestHoldsIsMadeVisible() throws Exception {
        assertThat(check("{\"product\":\"12345\",\"function\":\"a\\u001b[2J\\n\"}"))
                .isEqualTo(1);
        assertThat(out.toString()).contains("does not have function a\\u001B[2J\\n\n");
    }

    @Test
    void theProductMayBeTheProcessorsOwn() throws Exception {
        String command = "{\"function\":\"setLed\",\"argument\":\"on\",\"priority\":\"URGENT\"}";
        assertThat(check(command)).isEqualTo(2);
        assertThat(err.toString()).startsWith("the request names no product: give --product");
        assertThat(check(command, "--product", "12345")).isZero();
    }

    @Test
    void aRequestThatIsNoneIsRefused() throws Exception {
        assertThat(check("{\"product\":\"12345\"}")).isEqualTo(2);
        assertThat(err.toString()).startsWith("the request must have either function or variable");
    }

    private int check(String request, String... options) throws Exception {
        Path file = Files.writeString(folder.resolve("request.json"), request);
        CommandLine line = new CommandLine(new PolicyCommand());
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] arguments = new String[3 + options.length];
        arguments[0] = "check";
        arguments[1] = EXAMPLE.toString();
        arguments[2] = file.toString();
        System.arraycopy(options, 0, arguments, 3, options.length);
        return line.execute(arguments);
    }
}
