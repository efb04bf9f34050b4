package io.fleetcommand.processor.core.campaign;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The times at which a campaign may call devices: any time without windows, otherwise while one of them is open.
 *
 * <p>A window opens on its days when the clock of its zone first shows {@code from}, and closes when that clock first
 * shows {@code to}, on the next day if {@code to} is not later. Where summer time skips such a time, it is the moment
 * of the skip; a window that lies in the skipped hour does not open that day.
 */
public final class MaintenanceWindows {
    private static final int MINUTES_OF_DAY = 24 * 60;
    /** A weekly window may lie in an hour that is skipped, so that only the next weeks' one opens. */
    private static final int SEARCH_DAYS = 22;
    /** Bounds the search for the end of windows that follow each other without a break: more than a year of days. */
    private static final int MAX_ADJOINING = 20 * 400;

    private final List<Window> windows;

    private MaintenanceWindows(List<Window> windows) {
        this.windows = List.copyOf(windows);
    }

    /** @param windows valid ones, as {@link WindowValidator} checks them */
    public static MaintenanceWindows of(List<CampaignWindow> windows) {
        return new MaintenanceWindows(windows.stream()
                .map(window -> new Window(
                        window.days(),
                        minuteOfDay(window.from()),
                        minuteOfDay(window.to()),
                        ZoneId.of(window.zone()).getRules()))
                .toList());
    }

    /** The minute of a time that is written HH:MM, where 24:00 is the end of the day. */
    static int minuteOfDay(String time) {
        return Integer.parseInt(time.substring(0, 2)) * 60 + Integer.parseInt(time.substring(3));
    }

    public boolean isOpen(long atMs) {
        return windows.isEmpty() || windows.stream().anyMatch(window -> window.closing(atMs) > atMs);
    }

    /** When it is open next, the given time included; empty if it does not open within three weeks. */
    public OptionalLong nextOpening(long atMs) {
        if (isOpen(atMs)) {
            return OptionalLong.of(atMs);
        }
        return windows.stream()
                .flatMapToLong(window -> window.nextOpening(atMs).stream())
                .min();
    }

    /** When it closes, if it is open; empty if it is closed, or stays open for more than a year. */
    public OptionalLong nextClosing(long atMs) {
        long closingMs = atMs;
        for (int adjoining = 0; adjoining < MAX_ADJOINING; adjoining++) {
            long openMs = closingMs;
            closingMs = windows.stream()
                    .mapToLong(window -> window.closing(openMs))
                    .max()
                    .orElse(openMs);
            if (closingMs <= openMs) {
                return openMs > atMs ? OptionalLong.of(openMs) : OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }

    /** Whether no moment from the first time to before the second is open. */
    public boolean neverOpensBetween(long fromMs, long toMs) {
        OptionalLong opening = nextOpening(fromMs);
        return opening.isEmpty() || opening.getAsLong() >= toMs;
    }

    /**
     * One window.
     *
     * @param from the minute of the day at which it opens
     * @param to the minute of the day at which it closes
     */
    private record Window(Set<DayOfWeek> days, int from, int to, ZoneRules rules) {
        /** When the window that is open at that time closes; that time itself if none is open. */
        long closing(long atMs) {
            long closingMs = atMs;
            // A window lasts less than 25 hours; a zone may skip or repeat a whole day.
            for (LocalDate day : daysFrom(atMs, -3, 1)) {
                if (days.contains(day.getDayOfWeek()) && opens(day) <= atMs) {
                    closingMs = Math.max(closingMs, closes(day));
                }
            }
            return closingMs;
        }

        OptionalLong nextOpening(long atMs) {
            for (LocalDate day : daysFrom(atMs, -1, SEARCH_DAYS)) {
                if (days.contains(day.getDayOfWeek()) && opens(day) > atMs && closes(day) > opens(day)) {
                    return OptionalLong.of(opens(day));
                }
            }
            return OptionalLong.empty();
        }

        private List<LocalDate> daysFrom(long atMs, int first, int last) {
            Instant at = Instant.ofEpochMilli(atMs);
            LocalDate today = LocalDateTime.ofInstant(at, rules.getOffset(at)).toLocalDate();
            List<LocalDate> around = new ArrayList<>();
            for (int day = first; day <= last; day++) {
                around.add(today.plusDays(day));
            }
            return around;
        }

        private long opens(LocalDate day) {
            return firstShown(day, from);
        }

        private long closes(LocalDate day) {
            return to > from ? firstShown(day, to) : firstShown(day.plusDays(1), to);
        }

        /** The first moment at which the clock shows the time or, where it skips it, a later one. */
        private long firstShown(LocalDate day, int minute) {
            LocalDateTime local = minute == MINUTES_OF_DAY
                    ? day.plusDays(1).atStartOfDay()
                    : day.atTime(LocalTime.ofSecondOfDay(minute * 60L));
            ZoneOffsetTransition transition = rules.getTransition(local);
            if (transition != null && transition.isGap()) {
                return transition.getInstant().toEpochMilli();
            }
            return local.toInstant(rules.getValidOffsets(local).get(0)).toEpochMilli();
        }
    }
}
