package io.fleetcommand.systemtest.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The images of this build, made once for all tests from what Maven has packaged, under a tag of their own. */
final class BuiltImages {
    /** Why the tests are skipped where they cannot be run. */
    static final String NOT_HERE =
            "skipped: there is no Docker engine here, or no image fleet-jre to build on (deploy/images/base makes it)";

    static final String TAG = "it";
    static final Path DEPLOY = Path.of("..", "deploy");

    private static final String BASE = "fleet-jre";
    private static final Duration QUICKLY = Duration.ofSeconds(10);
    private static final Duration BUILD_TIMEOUT = Duration.ofMinutes(8);
    private static boolean built;

    private BuiltImages() {}

    /** Whether there is an engine, and something to build on: asked in a way that takes no time where there is not. */
    static boolean canBeBuilt() throws IOException, InterruptedException {
        return Program.run(QUICKLY, Map.of(), "docker", "version").isGood()
                && Program.run(QUICKLY, Map.of(), "docker", "image", "inspect", BASE)
                        .isGood();
    }

    static synchronized void build() throws IOException, InterruptedException {
        if (built) {
            return;
        }
        Program.Ending build = Program.run(
                BUILD_TIMEOUT,
                Map.of(),
                DEPLOY.resolve("images").resolve("build").toString(),
                "--packaged",
                BASE,
                TAG);
        assertThat(build.exitCode()).as(build.printed()).isZero();
        built = true;
    }

    static String image(String part) {
        return "fleet-" + part + ":" + TAG;
    }
}
