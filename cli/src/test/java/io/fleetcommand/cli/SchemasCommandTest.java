package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.operations.RegistryStub;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code schemas check} says of a registry, and with which exit code. */
class SchemasCommandTest {
    private static final String COMMANDS = "test.commands-value";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final RegistryStub registry;

    SchemasCommandTest() throws Exception {
        registry = new RegistryStub();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aRegistryThatHasAllIsPassed() {
        assertThat(check(registry.url())).isZero();
        assertThat(out).hasToString("all schemas are there, guarded, and the latest of their subjects\n");
        assertThat(err).hasToString("");
    }

    @Test
    void aSchemaThatIsMissingIsNamed() {
        registry.without(COMMANDS, 200);

        assertThat(check(registry.url())).isEqualTo(ExitCodes.FAILED);
        assertThat(out).hasToString(COMMANDS + ": register its schema\n");
        assertThat(registry.writes()).isZero();

        assertThat(run("apply", registry.url())).isZero();
        assertThat(out.toString()).endsWith(COMMANDS + ": register its schema\n1 changes made\n");
    }

    @Test
    void aSchemaThatDoesNotFitIsMissingUntilApplyIsRefused() {
        registry.without(COMMANDS, 409);

        assertThat(check(registry.url())).isEqualTo(ExitCodes.FAILED);
        assertThat(out).hasToString(COMMANDS + ": register its schema\n");

        assertThat(run("apply", registry.url())).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString())
                .startsWith("fleet: the schema registry refuses io.fleetcommand.model.DeviceCommand under " + COMMANDS)
                .contains("it does not fit")
                .contains("Compare it with GET /subjects/" + COMMANDS + "/versions/latest");
    }

    @Test
    void aRuleThatLetsIncompatibleSchemasInIsNamed() {
        registry.withCompatibility(COMMANDS, "NONE").withCompatibility("test.command-results-value", "FORWARD");

        assertThat(check(registry.url())).isEqualTo(ExitCodes.FAILED);
        assertThat(out)
                .hasToString("test.command-results-value: compatibility FORWARD -> BACKWARD\n" + COMMANDS
                        + ": compatibility NONE -> FULL_TRANSITIVE\n");
        assertThat(registry.writes()).isZero();
    }

    @Test
    void aNewerVersionThatDropsFieldsIsNamedWithWhatToDo() {
        registry.withLatest(COMMANDS, "{\"type\":\"record\",\"name\":\"DeviceCommand\",\"fields\":[]}");

        assertThat(check(registry.url())).isEqualTo(ExitCodes.FAILED);
        assertThat(out.toString())
                .startsWith("WARNING " + COMMANDS + ": its latest version is 2, and this build's is 1.")
                .contains("drop request_id", "DELETE /subjects/" + COMMANDS + "/versions/2")
                .hasLineCount(1);
    }

    @Test
    void aRegistryThatIsAwayIsNamedWithWhatToCheck() throws Exception {
        String url;
        try (ServerSocket free = new ServerSocket(0)) {
            url = "http://127.0.0.1:" + free.getLocalPort();
        }

        assertThat(check(url)).isEqualTo(ExitCodes.FAILED);
        assertThat(out).hasToString("");
        assertThat(err.toString())
                .startsWith("fleet: no schema registry answers at [" + url + "]")
                .endsWith("Check schema.registry.url and that the registry runs\n");
    }

    @Test
    void aRegistryThatLetsNobodyInIsNamedAndThePasswordNotShown(@TempDir Path folder) throws Exception {
        registry.denying();
        Path file = Files.writeString(
                folder.resolve("client.properties"),
                "schema.registry.url=" + registry.url() + "\nbasic.auth.user.info=me:s3cret-passw0rd\n"
                        + "basic.auth.credentials.source=USER_INFO\n");

        assertThat(execute("schemas", "check", "--topic-prefix", "test.", "--config", file.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString())
                .contains("does not let us in (401); check basic.auth.user.info")
                .doesNotContain("s3cret-passw0rd");
    }

    private int check(String url) {
        return run("check", url);
    }

    private int run(String what, String url) {
        return execute("schemas", what, "--topic-prefix", "test.", "--schema-registry", url);
    }

    private int execute(String... arguments) {
        return FleetCommandLine.create()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
