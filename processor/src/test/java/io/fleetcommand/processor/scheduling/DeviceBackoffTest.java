package io.fleetcommand.processor.scheduling;

import static io.fleetcommand.processor.core.request.Requests.command;
import static io.fleetcommand.processor.core.request.Requests.poll;
import static io.fleetcommand.processor.scheduling.SchedulerBench.A;
import static io.fleetcommand.processor.scheduling.SchedulerBench.B;
import static io.fleetcommand.processor.scheduling.SchedulerBench.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.ports.QuotaClass;
import io.fleetcommand.processor.core.request.Priority;
import org.junit.jupiter.api.Test;

/** A device that backs off is not called, and then probed. */
class DeviceBackoffTest {
    private final SchedulerBench bench = new SchedulerBench();

    @Test
    void aDeviceBacksOffAndThenIsProbedInItsHighestPriority() {
        bench.read(poll("bulk").of(A), 0);
        bench.read(command("normal").of(A), 0);
        bench.read(command("urgent").of(A).in(Priority.URGENT), 0);
        bench.read(poll("other").of(B), 0);
        bench.backOff(A, 50, 1);
        assertThat(bench.grantAll(49)).containsExactly("other");

        assertThat(bench.wanted(50)).containsExactly(QuotaClass.of(Priority.URGENT));
        assertThat(bench.grantAll(50)).containsExactly("urgent");
    }

    @Test
    void aDeviceThatAnswersEndsItsBackOff() {
        bench.read(command("a1").of(A), 0);
        bench.read(poll("a2").of(A), 0);
        bench.backOff(A, 50, 1);
        bench.endBackoff(A, 10);

        assertThat(bench.wanted(10)).containsExactly(NORMAL, QuotaClass.of(Priority.BULK));
    }

    @Test
    void anExtendedBackOffHoldsUntilItsNewEnd() {
        bench.backOff(A, 50, 1);
        bench.read(command("a1").of(A), 2);
        bench.backOff(A, 90, 3);

        assertThat(bench.grantAll(89)).isEmpty();
        assertThat(bench.grantAll(90)).containsExactly("a1");
    }

    @Test
    void aDeviceInBackOffStillTakesNewRequests() {
        bench.backOff(A, 50, 1);
        for (int number = 0; number < 100; number++) {
            bench.read(poll("a" + number).of(A), 2);
        }
        assertThat(bench.scheduler.held()).isEqualTo(1);
        assertThat(bench.next(50).orElseThrow().eligibleSinceMs()).isEqualTo(50);
    }

    @Test
    void aDeviceThatComesIntoMemoryBacksOffAsItDidBefore() {
        bench.backoffs.put(A, 50L);
        bench.read(command("a1").of(A), 2);

        assertThat(bench.grantAll(49)).isEmpty();
        assertThat(bench.grantAll(50)).containsExactly("a1");
    }

    @Test
    void aDeviceInMemoryHasItsBackOffThereAndNoTurnReadsTheStore() {
        bench.read(command("a1").of(A), 0);
        bench.read(command("b1").of(B), 0);
        assertThat(bench.backoffReads).as("when they came into memory").isEqualTo(2);

        bench.backOff(A, 50, 1);
        assertThat(bench.grantAll(2)).containsExactly("b1");
        assertThat(bench.grantAll(50)).containsExactly("a1");
        bench.endBackoff(A, 51);
        assertThat(bench.backoffReads).isEqualTo(2);
    }
}
