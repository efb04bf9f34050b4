package io.fleetcommand.stack.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.cli.ExitCodes;
import io.fleetcommand.cli.FleetCommandLine;
import io.fleetcommand.service.Secret;
import io.fleetcommand.simulator.Simulator;
import io.fleetcommand.simulator.SimulatorOptions;
import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.fleet.FleetPlan;
import io.fleetcommand.simulator.fleet.Timing;
import io.fleetcommand.simulator.limits.LimitRules;
import io.fleetcommand.simulator.profile.Profile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code up --cloud} says to those who give it something wrong. Nothing is started in any of these cases. */
class UpOnACloudTest {
    private static final String SECRET = "5ecret0of0the0client0abcdef";
    private static final String TOKEN = "70ken0of0the0owner0abcdef01234567";
    private static final String WRONG = "wr0ng0secret0of0nobody0abcdef";
    private static final String CLIENT = "my-product-1234";

    private static Simulator cloud;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        cloud = Simulator.start(new SimulatorOptions(
                "127.0.0.1",
                0,
                OptionalInt.empty(),
                0,
                new FleetPlan(3, 0, 0, 0, 7),
                List.of(),
                Timing.DEFAULT,
                Credentials.DEFAULT.withClient(CLIENT, Secret.of(SECRET)).withOwnerToken(Secret.of(TOKEN)),
                LimitRules.DEFAULT,
                Profile.CURRENT));
    }

    @AfterAll
    static void stop() {
        cloud.close();
    }

    @AfterEach
    void noSecretIsShown() {
        assertThat(out.toString() + err).doesNotContain(SECRET, TOKEN, WRONG).doesNotContain("starting ");
    }

    @Test
    void aWrongSecretIsTriedOnce() throws Exception {
        assertThat(up("--client-id", CLIENT, "--client-secret-file", file(WRONG)))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err)
                .asString()
                .isEqualToIgnoringNewLines(
                        "fleet: nothing was started: the cloud refuses the id or secret of the client "
                                + CLIENT
                                + " (400). What to do: correct it before you try again: ten wrong ones in a row lock"
                                + " this address out for half an hour");
    }

    @Test
    void aWrongTokenIsNamed() throws Exception {
        assertThat(up("--token-file", file(WRONG))).isEqualTo(ExitCodes.FAILED);
        assertThat(err).asString().contains("the cloud refuses the token: 401", "see where it comes from");
    }

    @Test
    void aWrongProductIsNamed() throws Exception {
        assertThat(upOn(cloud.url(), "99999", "--token-file", file(TOKEN))).isEqualTo(ExitCodes.FAILED);
        assertThat(err).asString().contains("of product 99999: 403", "see that the product's id or slug is right");
    }

    @Test
    void aCloudThatCannotBeReachedIsNamed() throws Exception {
        String nowhere;
        try (ServerSocket free = new ServerSocket(0)) {
            nowhere = "http://127.0.0.1:" + free.getLocalPort();
        }

        assertThat(upOn(nowhere, "12345", "--token-file", file(TOKEN))).isEqualTo(ExitCodes.FAILED);
        assertThat(err).asString().contains(nowhere + " cannot be reached: nothing listens there", "check the address");
    }

    @Test
    void aMissingFileIsNamed() {
        Path missing = folder.resolve("missing.txt");

        assertThat(up("--token-file", missing.toString())).isEqualTo(ExitCodes.FAILED);
        assertThat(err).asString().isEqualToIgnoringNewLines("fleet: there is no file " + missing);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " \r\n"})
    void anEmptyFileIsNamed(String text) throws Exception {
        assertThat(up("--client-id", CLIENT, "--client-secret-file", file(text)))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err).asString().contains("must hold a secret on one line");
    }

    /** What Java says of such a header repeats the whole of it. */
    @ParameterizedTest
    @ValueSource(strings = {TOKEN + "\uFEFF", TOKEN + "\u00E9", TOKEN + " " + TOKEN, TOKEN + "\u0007"})
    void aFileWithCharactersThatNoTokenHasIsNamed(String text) throws Exception {
        assertThat(up("--token-file", file(text))).isEqualTo(ExitCodes.FAILED);
        assertThat(err).asString().containsAnyOf("a character that cannot be seen", "cannot be a token");
    }

    @Test
    void moreOrLessThanOneSourceOfTokensIsMisuse() throws Exception {
        String secret = file(SECRET);

        assertThat(up()).isEqualTo(ExitCodes.MISUSED);
        assertThat(up("--client-id", CLIENT)).isEqualTo(ExitCodes.MISUSED);
        assertThat(up("--client-id", CLIENT, "--client-secret-file", secret, "--token-file", secret))
                .isEqualTo(ExitCodes.MISUSED);
        assertThat(err.toString().split("--cloud needs one source of tokens: --client-id with --client-secret-file"))
                .as("each says what to give")
                .hasSize(4);
    }

    @Test
    void aPolicyThatAProcessorWouldRefuseIsNamed() throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), "roles: []\n");

        assertThat(up("--token-file", file(TOKEN), "--policy", policy.toString()))
                .isEqualTo(ExitCodes.MISUSED);
        assertThat(err).asString().contains("there is no key roles", "deploy/policy has examples");
    }

    private int up(String... more) {
        return upOn(cloud.url(), "12345", more);
    }

    private int upOn(String url, String product, String... more) {
        List<String> arguments = new ArrayList<>(List.of("up", "--cloud", url, "--product", product));
        arguments.addAll(List.of(more));
        return FleetCommandLine.create(StackCommands.all())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private String file(String text) throws Exception {
        Path file = Files.createTempFile(
                folder,
                "secret",
                ".txt",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text).toString();
    }
}
