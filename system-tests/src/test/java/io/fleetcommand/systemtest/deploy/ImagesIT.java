package io.fleetcommand.systemtest.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Capability;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.DockerStatus;

/** The images that {@code deploy/images/build} makes, each by itself. */
@EnabledIf(value = "io.fleetcommand.systemtest.deploy.BuiltImages#canBeBuilt", disabledReason = BuiltImages.NOT_HERE)
class ImagesIT {
    private static final String NOBODY_IN_PARTICULAR = "10001:10001";

    @BeforeAll
    static void build() throws Exception {
        BuiltImages.build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"processor", "token-service", "simulator", "cli", "kafka", "registry"})
    void noImageRunsAsRootAndEachServiceHasAHealthCheck(String part) {
        InspectImageResponse image = DockerClientFactory.instance()
                .client()
                .inspectImageCmd(BuiltImages.image(part))
                .exec();

        assertThat(image.getConfig().getUser()).isEqualTo(NOBODY_IN_PARTICULAR);
        assertThat(image.getConfig().getHealthcheck() != null).isEqualTo(!part.equals("cli"));
    }

    @Test
    void theProcessorNamesAllFaultsOfItsSettingsAndEnds() {
        // Without a file, the settings are those of the environment alone.
        try (GenericContainer<?> processor =
                hardened("processor").withCommand("/dev/null").withEnv("FLEET_QUOTA_REQUESTS", "many")) {
            processor.start();

            assertThat(exitCode(processor)).isEqualTo(2);
            assertThat(processor.getLogs()).contains("cloud.url", "bootstrap.servers", "policy.file", "quota.requests");
        }
    }

    @Test
    void theTokenServiceNamesAllFaultsOfItsSettingsAndEnds() {
        try (GenericContainer<?> tokens =
                hardened("token-service").withCommand("/dev/null").withEnv("FLEET_CALLER_PROCESSOR_SECRET", "short")) {
            tokens.start();

            assertThat(exitCode(tokens)).isEqualTo(2);
            assertThat(tokens.getLogs())
                    .contains("cloud.url", "state.keys", "caller.processor.secret")
                    .doesNotContain("short\n");
        }
    }

    @Test
    void theCommandLineTellsWhatItCanDo() {
        try (GenericContainer<?> cli = hardened("cli").withCommand("--help")) {
            cli.start();

            assertThat(exitCode(cli)).isZero();
            assertThat(cli.getLogs()).contains("send", "poll", "topics", "schemas");
        }
    }

    private static GenericContainer<?> hardened(String part) {
        return new GenericContainer<>(DockerImageName.parse(BuiltImages.image(part)))
                .withImagePullPolicy(name -> false)
                .withTmpFs(Map.of("/tmp", "rw,exec,mode=1777"))
                .withCreateContainerCmdModifier(create ->
                        create.getHostConfig().withReadonlyRootfs(true).withCapDrop(Capability.ALL))
                .withStartupCheckStrategy(new Ended());
    }

    /** Started is whatever has ended, well or not. */
    private static final class Ended extends StartupCheckStrategy {
        @Override
        public StartupStatus checkStartupState(DockerClient client, String container) {
            return DockerStatus.isContainerStopped(getCurrentState(client, container))
                    ? StartupStatus.SUCCESSFUL
                    : StartupStatus.NOT_YET_KNOWN;
        }
    }

    private static long exitCode(GenericContainer<?> container) {
        return container
                .getDockerClient()
                .inspectContainerCmd(container.getContainerId())
                .exec()
                .getState()
                .getExitCodeLong();
    }
}
