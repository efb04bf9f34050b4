package io.fleetcommand.processor.core.campaign;

import static java.time.DayOfWeek.FRIDAY;
import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.SATURDAY;
import static java.time.DayOfWeek.SUNDAY;
import static java.time.DayOfWeek.WEDNESDAY;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceWindowsTest {
    private static final String BERLIN = "Europe/Berlin";
    private static final Set<DayOfWeek> ALL = Set.of(DayOfWeek.values());

    private static MaintenanceWindows window(String from, String to, String zone, DayOfWeek... days) {
        return MaintenanceWindows.of(List.of(new CampaignWindow(Set.of(days), from, to, zone)));
    }

    private static long at(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    private static OptionalLong some(String instant) {
        return OptionalLong.of(at(instant));
    }

    @Test
    void withoutWindowsItIsAlwaysOpenAndNeverCloses() {
        MaintenanceWindows none = MaintenanceWindows.of(List.of());

        assertThat(none.isOpen(0)).isTrue();
        assertThat(none.nextOpening(5)).hasValue(5);
        assertThat(none.nextClosing(5)).isEmpty();
        assertThat(none.neverOpensBetween(1, 2)).isFalse();
    }

    @Test
    void aWindowOpensAtFromAndIsClosedAtTo() {
        MaintenanceWindows monday = window("22:00", "23:30", "UTC", MONDAY);

        assertThat(monday.isOpen(at("2026-01-05T21:59:59.999Z"))).isFalse();
        assertThat(monday.isOpen(at("2026-01-05T22:00:00Z"))).isTrue();
        assertThat(monday.isOpen(at("2026-01-05T23:29:59.999Z"))).isTrue();
        assertThat(monday.isOpen(at("2026-01-05T23:30:00Z"))).isFalse();
        assertThat(monday.nextOpening(at("2026-01-05T23:30:00Z"))).isEqualTo(some("2026-01-12T22:00:00Z"));
        assertThat(monday.nextClosing(at("2026-01-05T22:10:00Z"))).isEqualTo(some("2026-01-05T23:30:00Z"));
        assertThat(monday.nextClosing(at("2026-01-05T21:00:00Z"))).isEmpty();
    }

    @Test
    void aWindowOverMidnightBelongsToTheDayOnWhichItOpens() {
        MaintenanceWindows friday = window("22:00", "04:00", BERLIN, FRIDAY);

        assertThat(friday.isOpen(at("2026-01-09T20:59:00Z"))).isFalse();
        assertThat(friday.isOpen(at("2026-01-09T21:00:00Z"))).isTrue();
        assertThat(friday.isOpen(at("2026-01-10T02:59:00Z"))).isTrue();
        assertThat(friday.isOpen(at("2026-01-10T03:00:00Z"))).isFalse();
        assertThat(friday.isOpen(at("2026-01-09T01:00:00Z"))).isFalse();
        assertThat(friday.nextClosing(at("2026-01-09T23:30:00Z"))).isEqualTo(some("2026-01-10T03:00:00Z"));
    }

    @Test
    void windowsThatAdjoinCloseTogether() {
        MaintenanceWindows weekend = window("00:00", "24:00", "UTC", SATURDAY, SUNDAY);

        assertThat(weekend.nextClosing(at("2026-01-10T12:00:00Z"))).isEqualTo(some("2026-01-12T00:00:00Z"));
        assertThat(window("00:00", "24:00", BERLIN, DayOfWeek.values()).nextClosing(at("2026-01-10T12:00:00Z")))
                .as("always open")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // The clock jumps from 02:00 to 03:00 at 01:00 UTC: opens at the jump.
        "02:30, 04:00, 2026-03-29T01:00:00Z, 2026-03-29T02:00:00Z",
        // Closes at the jump.
        "01:00, 02:30, 2026-03-29T00:00:00Z, 2026-03-29T01:00:00Z",
        // One hour shorter.
        "00:00, 06:00, 2026-03-28T23:00:00Z, 2026-03-29T04:00:00Z",
        // The clock goes back from 03:00 to 02:00 at 01:00 UTC: opens when it first shows 02:30.
        "02:30, 04:00, 2026-10-25T00:30:00Z, 2026-10-25T03:00:00Z",
        // Closes when it first shows 02:30.
        "01:00, 02:30, 2026-10-24T23:00:00Z, 2026-10-25T00:30:00Z",
        // Not again when the clock shows the same times once more.
        "02:10, 02:50, 2026-10-25T00:10:00Z, 2026-10-25T00:50:00Z",
        // One hour longer.
        "00:00, 06:00, 2026-10-24T22:00:00Z, 2026-10-25T05:00:00Z"
    })
    void summerTimeIsKeptToTheMoment(String from, String to, String opens, String closes) {
        MaintenanceWindows sunday = window(from, to, BERLIN, SUNDAY);
        long before = at(opens) - Duration.ofHours(12).toMillis();

        assertThat(sunday.nextOpening(before)).isEqualTo(some(opens));
        assertThat(sunday.nextClosing(at(opens))).isEqualTo(some(closes));
        assertThat(sunday.isOpen(at(opens) - 1)).isFalse();
        assertThat(sunday.isOpen(at(closes) - 1)).isTrue();
        assertThat(sunday.isOpen(at(closes))).isFalse();
        assertThat(sunday.isOpen(at(closes) + Duration.ofMinutes(20).toMillis()))
                .isFalse();
    }

    @Test
    void aWindowInTheSkippedHourOpensTheWeekAfter() {
        MaintenanceWindows skipped = window("02:10", "02:50", BERLIN, SUNDAY);

        assertThat(skipped.nextOpening(at("2026-03-28T12:00:00Z"))).isEqualTo(some("2026-04-05T00:10:00Z"));
        assertThat(skipped.neverOpensBetween(at("2026-03-28T12:00:00Z"), at("2026-04-05T00:10:00Z")))
                .isTrue();
        assertThat(skipped.neverOpensBetween(at("2026-03-28T12:00:00Z"), at("2026-04-05T00:10:01Z")))
                .isFalse();
    }

    @Test
    void aDayThatAZoneSkipsHasNoWindow() {
        // Samoa went from Thursday, 29 December 2011, to Saturday, the 31st.
        MaintenanceWindows friday = window("08:00", "09:00", "Pacific/Apia", FRIDAY);

        assertThat(friday.nextOpening(at("2011-12-30T00:00:00Z"))).isEqualTo(some("2012-01-05T18:00:00Z"));
    }

    @Test
    void theNextOpeningIsTheEarliestOfAllWindows() {
        MaintenanceWindows two = MaintenanceWindows.of(List.of(
                new CampaignWindow(Set.of(WEDNESDAY), "10:00", "11:00", "UTC"),
                new CampaignWindow(Set.of(WEDNESDAY), "18:00", "19:00", "Asia/Tokyo")));

        assertThat(two.nextOpening(at("2026-01-06T20:00:00Z"))).isEqualTo(some("2026-01-07T09:00:00Z"));
        assertThat(two.nextClosing(at("2026-01-07T09:00:00Z"))).isEqualTo(some("2026-01-07T11:00:00Z"));
    }

    /** Held against a search minute by minute. */
    @Test
    void openingsAndClosingsAgreeWithIsOpen() {
        List<String> zones = List.of("UTC", BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu");
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            String from = "%02d:%02d".formatted(random.nextInt(24), random.nextInt(60));
            String to = "%02d:%02d".formatted(random.nextInt(24), random.nextInt(60));
            if (from.equals(to)) {
                continue;
            }
            String zone = zones.get(random.nextInt(zones.size()));
            MaintenanceWindows windows = MaintenanceWindows.of(List.of(new CampaignWindow(ALL, from, to, zone)));
            long start = at("2026-03-28T00:00:00Z") + random.nextInt(250) * 86_400_000L;
            for (long now = start; now < start + 86_400_000L; now += 60_000) {
                String where = zone + " " + from + " to " + to + " at " + Instant.ofEpochMilli(now);
                boolean open = windows.isOpen(now);
                assertThat(windows.nextOpening(now).getAsLong() == now)
                        .as(where)
                        .isEqualTo(open);
                assertThat(windows.neverOpensBetween(now, now + 1)).as(where).isEqualTo(!open);
                OptionalLong closing = windows.nextClosing(now);
                assertThat(closing.isPresent()).as(where).isEqualTo(open);
                if (open) {
                    assertThat(windows.isOpen(closing.getAsLong() - 1))
                            .as(where)
                            .isTrue();
                    assertThat(windows.isOpen(closing.getAsLong())).as(where).isFalse();
                }
            }
        }
        assertThat(ZoneId.getAvailableZoneIds()).containsAll(zones);
    }
}
