package io.fleetcommand.processor.core.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.processor.core.request.Priority;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PermitTest {
    private static final QuotaClass NORMAL = QuotaClass.of(Priority.NORMAL);

    private final List<Release> released = new CopyOnWriteArrayList<>();
    private final Permit permit = new Permit(NORMAL, (quotaClass, used) -> released.add(new Release(quotaClass, used)));

    private record Release(QuotaClass quotaClass, boolean used) {}

    @Test
    void aReservedPermitIsReleasedUnused() {
        permit.release();

        assertThat(released).containsExactly(new Release(NORMAL, false));
    }

    @Test
    void aUsedPermitIsReleasedWhenItsCallHasEnded() {
        permit.use();
        assertThat(released).isEmpty();
        permit.release();

        assertThat(released).containsExactly(new Release(NORMAL, true));
    }

    @Test
    void onlyTheFirstReleaseCounts() {
        permit.use();
        permit.release();
        permit.release();

        assertThat(released).containsExactly(new Release(NORMAL, true));
    }

    @Test
    void onlyTheFirstOfManyThreadsReleasesIt() {
        IntStream.range(0, 1_000).parallel().forEach(number -> permit.release());

        assertThat(released).containsExactly(new Release(NORMAL, false));
    }

    @Test
    void aPermitIsUsedOnce() {
        permit.use();

        assertThatThrownBy(permit::use).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aReleasedPermitIsNotUsed() {
        permit.release();

        assertThatThrownBy(permit::use).isInstanceOf(IllegalStateException.class);
        assertThat(released).containsExactly(new Release(NORMAL, false));
    }
}
