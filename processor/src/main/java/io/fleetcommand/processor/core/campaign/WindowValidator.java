package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Reason;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;

/** Checks the windows of a campaign, each by itself. */
final class WindowValidator {
    private static final int MAX_WINDOWS = 20;
    private static final Pattern TIME_OF_DAY = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");
    private static final String END_OF_DAY = "24:00";

    private final FaultList faults;

    WindowValidator(FaultList faults) {
        this.faults = faults;
    }

    void check(List<CampaignWindow> windows) {
        faults.require(
                windows.size() <= MAX_WINDOWS,
                "windows",
                windows.size() + " windows",
                "at most " + MAX_WINDOWS + " are taken");
        for (int number = 1; number <= windows.size(); number++) {
            check("windows[" + number + "]", windows.get(number - 1));
        }
    }

    private void check(String field, CampaignWindow window) {
        if (window.days().isEmpty()) {
            faults.add(Reason.MISSING_FIELD, field + ".days is empty, so the window never opens; give one day or more");
        }
        faults.require(
                TIME_OF_DAY.matcher(window.from()).matches(),
                field + ".from",
                FaultList.quoted(window.from()),
                "it must be HH:MM, from 00:00 to 23:59");
        faults.require(
                window.to().equals(END_OF_DAY)
                        || TIME_OF_DAY.matcher(window.to()).matches(),
                field + ".to",
                FaultList.quoted(window.to()),
                "it must be HH:MM, from 00:00 to 24:00");
        faults.require(
                !window.from().equals(window.to()),
                field,
                window.from() + " to " + window.to(),
                "it opens and closes at once; a whole day is 00:00 to 24:00");
        if (!ZoneId.getAvailableZoneIds().contains(window.zone())) {
            faults.add(
                    Reason.ILLEGAL_NAME,
                    field + ".zone " + FaultList.quoted(window.zone())
                            + " is no IANA time zone, such as Europe/Berlin");
        }
    }
}
