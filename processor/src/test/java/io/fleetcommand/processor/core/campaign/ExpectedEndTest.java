package io.fleetcommand.processor.core.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpectedEndTest {
    private static final long HOUR = 3_600_000;
    private static final long TEN = Instant.parse("2026-01-05T10:00:00Z").toEpochMilli();
    private static final MaintenanceWindows ALWAYS = MaintenanceWindows.of(List.of());
    private static final MaintenanceWindows NIGHTS =
            MaintenanceWindows.of(List.of(new CampaignWindow(Set.of(DayOfWeek.values()), "22:00", "00:00", "UTC")));

    private static ExpectedEnd expected(MaintenanceWindows windows, double hours, OptionalLong endsAt) {
        return ExpectedEnd.of(TEN, hours * HOUR, HOUR, windows, endsAt);
    }

    private static ExpectedEnd by(long onlineMs) {
        return new ExpectedEnd(OptionalLong.of(onlineMs), OptionalLong.of(onlineMs + HOUR));
    }

    @Test
    void withoutWindowsItIsTheTimeOfTheRamp() {
        assertThat(expected(ALWAYS, 3, OptionalLong.empty())).isEqualTo(by(TEN + 3 * HOUR));
    }

    @Test
    void onlyOpenWindowsCount() {
        // Two hours tonight, two tomorrow, and one of the third night.
        assertThat(expected(NIGHTS, 5, OptionalLong.empty())).isEqualTo(by(TEN + (12 + 48 + 1) * HOUR));
        assertThat(expected(NIGHTS, 2, OptionalLong.empty())).isEqualTo(by(TEN + 14 * HOUR));
    }

    @Test
    void theCampaignsEndCutsItOff() {
        assertThat(expected(ALWAYS, 30, OptionalLong.of(TEN + HOUR))).isEqualTo(by(TEN + HOUR));
        assertThat(expected(ALWAYS, Double.POSITIVE_INFINITY, OptionalLong.of(TEN + HOUR)))
                .isEqualTo(by(TEN + HOUR));
        assertThat(expected(NIGHTS, 1e9, OptionalLong.of(TEN + HOUR))).isEqualTo(by(TEN + HOUR));
    }

    @Test
    void whatNeverEndsIsUnknown() {
        assertThat(expected(ALWAYS, Double.POSITIVE_INFINITY, OptionalLong.empty()))
                .isEqualTo(ExpectedEnd.UNKNOWN);
        assertThat(expected(NIGHTS, 1e9, OptionalLong.empty())).isEqualTo(ExpectedEnd.UNKNOWN);
    }
}
