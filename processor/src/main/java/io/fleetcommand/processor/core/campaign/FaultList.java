package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestValidator.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Collects what is wrong with a campaign or a control. Each fault says the field, its value, and what is right. */
final class FaultList {
    private static final int MAX_SHOWN_CHARS = 80;
    private static final int MAX_SHOWN_VALUE_CHARS = 300;
    /** Controls, invisible format characters, line separators, U+FFFD and unpaired surrogates. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\uFFFD\\p{Cs}]");

    private final List<Fault> faults = new ArrayList<>();

    List<Fault> all() {
        return List.copyOf(faults);
    }

    boolean isEmpty() {
        return faults.isEmpty();
    }

    void add(Reason reason, String detail) {
        faults.add(new Fault(reason, detail));
    }

    void add(Fault fault) {
        faults.add(fault);
    }

    /** Adds an OUT_OF_RANGE fault unless the condition holds. */
    void require(boolean holds, String field, Object value, String right) {
        if (!holds) {
            String shown = String.valueOf(value);
            add(
                    Reason.OUT_OF_RANGE,
                    field + " is "
                            + (shown.length() > MAX_SHOWN_VALUE_CHARS
                                    ? shown.substring(0, MAX_SHOWN_VALUE_CHARS) + "…"
                                    : shown)
                            + "; " + right);
        }
    }

    /** A text that must be given, on one line. */
    void requireText(String field, String text, int maxLength) {
        if (text.isBlank()) {
            add(Reason.MISSING_FIELD, field + " is empty; it must be given");
        } else {
            requireVisible(field, text, maxLength);
        }
    }

    /** A text that may be empty, on one line. */
    void requireVisible(String field, String text, int maxLength) {
        require(
                text.length() <= maxLength,
                field,
                "of " + text.length() + " characters",
                "at most " + maxLength + " are taken");
        if (UNPRINTABLE.matcher(text).find()) {
            add(
                    Reason.ILLEGAL_NAME,
                    field + " " + quoted(text)
                            + " holds a line end or another character that cannot be seen, or is no UTF-8");
        }
    }

    /** The id of a campaign, which becomes the first part of its children's ids. */
    void requireCampaignId(String field, String id) {
        requireText(field, id, CampaignValidator.MAX_ID_LENGTH);
        if (id.startsWith("/") || id.endsWith("/")) {
            add(Reason.ILLEGAL_NAME, field + " " + quoted(id) + " has a slash at an end; slashes stand within an id");
        }
    }

    static String quoted(String text) {
        return '"' + (text.length() > MAX_SHOWN_CHARS ? text.substring(0, MAX_SHOWN_CHARS) + "…" : text) + '"';
    }
}
