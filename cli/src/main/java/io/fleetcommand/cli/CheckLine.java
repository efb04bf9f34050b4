package io.fleetcommand.cli;

import io.fleetcommand.operations.doctor.CheckReport;
import io.fleetcommand.operations.doctor.Finding;
import io.fleetcommand.text.VisibleText;
import java.util.Locale;

/** What a check has found, as people read it: a line, and below it what to do. */
public final class CheckLine {
    private static final int MAX_TEXT = 1_000;

    private CheckLine() {}

    public static String of(CheckReport report) {
        Finding finding = report.finding();
        String calls =
                finding.calls() == 0 ? "" : " [" + finding.calls() + (finding.calls() == 1 ? " call]" : " calls]");
        return String.format(
                        "%-8s %-26s %s%s",
                        word(finding), report.check(), VisibleText.of(finding.found(), MAX_TEXT), calls)
                + (finding.advice().isEmpty()
                        ? ""
                        : String.format("%n%-8s -> %s", "", VisibleText.of(finding.advice(), MAX_TEXT)));
    }

    static String word(Finding finding) {
        return finding.status().name().toLowerCase(Locale.ROOT);
    }
}
