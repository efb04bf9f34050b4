package io.fleetcommand.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.cli.bench.LeakHunt;
import io.fleetcommand.cli.load.SecretScanner;
import io.fleetcommand.cli.stack.Installation;
import io.fleetcommand.cli.stack.LocalStack;
import org.junit.jupiter.api.Test;

/** No token and no secret is ever seen, whatever goes wrong and however much is logged. */
class LeaksIT {
    @Test
    void nothingLeaksAtDebugUnderFaultsOfEveryKind() throws InterruptedException {
        try (LocalStack stack = LocalStack.start(Installation.find(), LeakHunt.options())) {
            SecretScanner leaks = LeakHunt.run(stack);

            assertThat(leaks.places()).isEmpty();
            assertThat(leaks.searched()).as("bytes searched").isGreaterThan(500_000);
        }
    }
}
