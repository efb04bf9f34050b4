package io.fleetcommand.operations.doctor;

import io.fleetcommand.text.VisibleText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Runs checks one after the other, each within its time limit. One whose grounds have failed is skipped, so that the first
 * trouble is the one to look at.
 */
public record Checkup(List<Check> checks) {
    private static final int MAX_TEXT = 600;

    public Checkup {
        checks = List.copyOf(checks);
    }

    /** @param told of each report as it comes */
    public List<CheckReport> run(Consumer<CheckReport> told) {
        List<CheckReport> reports = new ArrayList<>();
        Map<String, Finding.Status> byName = new HashMap<>();
        for (Check check : checks) {
            long startNanos = System.nanoTime();
            Finding finding = obstacle(check, byName)
                    .map(other -> Finding.skipped("because of \"" + other + "\""))
                    .orElseGet(() -> examine(check));
            byName.put(check.name(), finding.status());
            CheckReport report =
                    new CheckReport(check.name(), finding, Duration.ofNanos(System.nanoTime() - startNanos));
            reports.add(report);
            told.accept(report);
        }
        return reports;
    }

    /** A check that this one needs and that was neither passed nor left with a warning. */
    private static Optional<String> obstacle(Check check, Map<String, Finding.Status> byName) {
        return check.needs().stream()
                .filter(byName::containsKey)
                .filter(needed ->
                        byName.get(needed) == Finding.Status.FAILED || byName.get(needed) == Finding.Status.SKIPPED)
                .findFirst();
    }

    private static Finding examine(Check check) {
        FutureTask<Finding> task = new FutureTask<>(check::run);
        Thread thread = new Thread(task, "check-" + check.name());
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(check.limit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            thread.interrupt();
            return Finding.failed(
                    "no answer within " + check.limit().toSeconds() + " s",
                    "see whether the network drops packets on the way");
        } catch (ExecutionException failed) {
            return Finding.failed(why(failed.getCause()), "");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Finding.skipped("interrupted");
        }
    }

    static String why(Throwable failed) {
        String own = Optional.ofNullable(failed.getMessage())
                .orElseGet(() -> failed.getClass().getSimpleName());
        String cause = Optional.ofNullable(failed.getCause())
                .flatMap(deeper -> Optional.ofNullable(deeper.getMessage()))
                .filter(text -> !own.contains(text))
                .map(text -> " (" + text + ")")
                .orElse("");
        return VisibleText.of(own + cause, MAX_TEXT);
    }
}
