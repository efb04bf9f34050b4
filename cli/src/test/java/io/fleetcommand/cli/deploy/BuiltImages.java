package io.fleetcommand.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The images of this build, made once for all tests from what Maven has packaged, under a tag of their own. */
final class BuiltImages {
    static final String TAG = "it";
    static final Path DEPLOY = Path.of("..", "deploy");

    private static final String BASE = "fleet-jre";
    private static final Duration QUICKLY = Duration.ofSeconds(10);
    private static final Duration BUILD_PATIENCE = Duration.ofMinutes(8);
    private static boolean built;

    private BuiltImages() {}

    /** Skips the test, saying why, where there is no Docker engine or nothing to build on. */
    static synchronized void assumePossible() throws IOException, InterruptedException {
        assumeTrue(
                Program.run(QUICKLY, Map.of(), "docker", "version").isGood(),
                "skipped: there is no Docker engine here, so the images cannot be run");
        assumeTrue(
                Program.run(QUICKLY, Map.of(), "docker", "image", "inspect", BASE)
                        .isGood(),
                "skipped: there is no image " + BASE + " to build on; deploy/images/base makes it");
        if (!built) {
            Program.Ending build = Program.run(
                    BUILD_PATIENCE,
                    Map.of(),
                    DEPLOY.resolve("images").resolve("build").toString(),
                    "--packaged",
                    BASE,
                    TAG);
            assertThat(build.exitCode()).as(build.printed()).isZero();
            built = true;
        }
    }

    static String image(String part) {
        return "fleet-" + part + ":" + TAG;
    }
}
