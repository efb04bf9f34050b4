package io.fleetcommand.stack.command;

import io.fleetcommand.cli.CheckLine;
import io.fleetcommand.cli.CloudOptions;
import io.fleetcommand.operations.doctor.CheckReport;
import io.fleetcommand.operations.doctor.Checkup;
import io.fleetcommand.operations.doctor.CloudSession;
import io.fleetcommand.operations.doctor.Examination;
import io.fleetcommand.operations.doctor.Finding;
import io.fleetcommand.operations.doctor.TokenGiver;
import io.fleetcommand.operations.stack.RealCloud;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A look at a real cloud before a stack is started on it: with a wrong secret the stack would wait in vain and use up the
 * tries that the cloud allows, and with a wrong product it would start and have every request refused.
 */
final class CloudTrial {
    private CloudTrial() {}

    /**
     * Shows what the cloud's checks find.
     *
     * @throws IllegalStateException if one fails, saying what to do
     */
    static void pass(RealCloud real, CloudOptions options, PrintWriter out) throws Exception {
        CloudSession session =
                new CloudSession(real.url(), real.product(), false, Optional.empty(), InstantSource.system());
        Optional<TokenGiver> giver = options.giver(session);
        Examination examination = new Examination(
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                        new Examination.DeviceCloud(session, giver, true, Optional.empty(), Optional.empty(), false)));
        List<CheckReport> reports;
        try {
            reports = new Checkup(examination.checks()).run(report -> show(report, out));
        } finally {
            giver.ifPresent(opened -> revoke(opened, out));
        }
        out.flush();
        reports.stream()
                .map(CheckReport::finding)
                .filter(finding -> finding.status() == Finding.Status.FAILED)
                .findFirst()
                .ifPresent(failed -> {
                    throw new IllegalStateException("nothing was started: " + failed.found()
                            + (failed.advice().isEmpty() ? "" : ". What to do: " + failed.advice()));
                });
    }

    /** A token that cannot be revoked ends by itself, within minutes. */
    private static void revoke(TokenGiver giver, PrintWriter out) {
        try {
            giver.close();
        } catch (Exception unanswered) {
            out.println("the token of this look was not revoked; it expires by itself within minutes");
        }
    }

    private static void show(CheckReport report, PrintWriter out) {
        if (report.finding().status() == Finding.Status.OK || report.finding().status() == Finding.Status.WARNING) {
            out.println(CheckLine.of(report));
            out.flush();
        }
    }
}
