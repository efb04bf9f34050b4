package io.fleetcommand.processor.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Sixty pages a minute: one a second. */
class PagePermitsTest {
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final AtomicBoolean cloudAvailable = new AtomicBoolean(true);
    private final ManualQuota quota = new ManualQuota();
    private final PagePermits permits = new PagePermits(quota, 60, cloudAvailable::get, this::nanos);

    @Test
    void aPageTakesOneCallOfTheQuota() {
        assertThat(permits.tryAcquire()).isTrue();
        assertThat(quota.inFlight).isEqualTo(1);
        assertThat(quota.reserved).isZero();
        permits.ended();
        assertThat(quota.inFlight).isZero();
        assertThat(quota.tasks).as("it has no share of the quota").isEmpty();
    }

    @Test
    void pagesAreEvenlySpaced() {
        int pages = 0;
        for (int ms = 0; ms < 60_000; ms += 10) {
            pages += permits.tryAcquire() ? 1 : 0;
            nowMs.addAndGet(10);
        }
        assertThat(pages).isEqualTo(60);
        assertThat(quota.reserved).isZero();
    }

    @Test
    void itIsAskedAgainWhenThePaceAllowsAPage() {
        assertThat(permits.nanosToNext()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
        permits.tryAcquire();
        assertThat(permits.nanosToNext()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        nowMs.addAndGet(400);
        assertThat(permits.nanosToNext()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(600));
    }

    @Test
    void withoutAReservationNoPageIsRead() {
        quota.reservable = 0;
        assertThat(permits.tryAcquire()).isFalse();
        assertThat(quota.tasks).isEmpty();
        quota.reservable = 1;
        assertThat(permits.tryAcquire()).isTrue();
    }

    @Test
    void aReservationIsKeptUntilTheQuotaHasACall() {
        quota.sendable = 0;
        assertThat(permits.tryAcquire()).isFalse();
        nowMs.addAndGet(2_000);
        assertThat(permits.tryAcquire()).isFalse();
        assertThat(quota.reserved).isEqualTo(1);
        quota.sendable = 1;
        assertThat(permits.tryAcquire()).isTrue();
        assertThat(quota.reserved).isZero();
    }

    @Test
    void aReservationIsGivenBackIfTheQuotaHasNoneInTime() {
        quota.sendable = 0;
        permits.tryAcquire();
        nowMs.addAndGet(2_001);
        quota.sendable = 1;
        assertThat(permits.tryAcquire()).isFalse();
        assertThat(quota.reserved).isZero();
        assertThat(permits.tryAcquire()).as("by a new one").isTrue();
    }

    @Test
    void aPageIsNoProbeOfTheCircuitBreaker() {
        quota.sendable = 0;
        permits.tryAcquire();
        cloudAvailable.set(false);
        quota.sendable = 1;
        assertThat(permits.tryAcquire()).isFalse();
        assertThat(quota.reserved).isZero();
    }

    @Test
    void noReservationIsLeftBehind() {
        quota.sendable = 0;
        permits.tryAcquire();
        permits.release();
        assertThat(quota.reserved).isZero();
        permits.release();
        assertThat(quota.reserved).isZero();

        permits.tryAcquire();
        permits.close();
        assertThat(quota.reserved).isZero();
        quota.sendable = 1;
        assertThat(permits.tryAcquire()).isFalse();
    }

    private long nanos() {
        return TimeUnit.MILLISECONDS.toNanos(nowMs.get());
    }
}
