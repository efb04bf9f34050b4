package io.fleetcommand.processor.core.campaign;

import java.time.DayOfWeek;
import java.util.Objects;
import java.util.Set;

/**
 * A time of the week in which devices may be called, as it was written.
 *
 * @param days on which it opens
 * @param from HH:MM, 00:00 to 23:59
 * @param to HH:MM, 00:01 to 24:00; before {@code from} for the next day
 * @param zone IANA name of the time zone
 */
public record CampaignWindow(Set<DayOfWeek> days, String from, String to, String zone) {
    public CampaignWindow {
        days = Set.copyOf(days);
        Objects.requireNonNull(from);
        Objects.requireNonNull(to);
        Objects.requireNonNull(zone);
    }
}
