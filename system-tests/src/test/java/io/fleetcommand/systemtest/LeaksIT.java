package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.systemtest.bench.LeakHunt;
import io.fleetcommand.systemtest.secrets.SecretScanner;
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
