package io.fleetcommand.systemtest.bench.abuse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What came of all kinds of abuse, and whether the innocent caller was kept from harm. */
public final class AbuseReport {
    private static final double WORST_RATIO = 1.5;
    private static final long HEAP_MB = 512;
    private static final double RESTART_SECONDS = 30;
    /** Three probes of the Kubernetes base in a row, after which it restarts a container. */
    private static final double SILENCE_SECONDS = 30;

    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final List<String> missed = new ArrayList<>();

    /** @param undisturbed the innocent caller's waits while nobody abused anything */
    AbuseReport(SteadyCaller.Waits undisturbed, List<KindFigures> kinds) {
        long undisturbedMs = undisturbed
                .percentile(0.99)
                .orElseThrow(() -> new IllegalStateException("no command was answered while nobody abused anything"));
        figures.put("kinds", kinds.size());
        atMost("processor_ends", kinds.stream().mapToInt(KindFigures::ends).sum(), 0);
        atMost(
                "unanswered_innocent",
                undisturbed.unanswered() + sum(kinds, kind -> kind.innocent().unanswered()),
                0);
        atMost("answered_twice", sum(kinds, kind -> kind.innocent().answeredTwice()), 0);
        atMost("copies_to_the_innocent", sum(kinds, kind -> kind.innocent().copies()), 0);
        atMost(
                "worst_p99_ratio",
                kinds.stream()
                        .flatMapToDouble(kind -> kind.ratio(undisturbedMs).stream())
                        .max()
                        .orElse(0),
                WORST_RATIO);
        atMost(
                "peak_heap_mb",
                kinds.stream().mapToLong(KindFigures::peakHeapMb).max().orElse(0),
                HEAP_MB);
        atMost(
                "restart_seconds_worst",
                hundredths(kinds.stream()
                        .flatMapToDouble(kind -> kind.restartSeconds().stream())
                        .max()
                        .orElse(0)),
                RESTART_SECONDS);
        atMost(
                "alive_silent_seconds_worst",
                hundredths(kinds.stream()
                        .mapToDouble(KindFigures::silenceSeconds)
                        .max()
                        .orElse(0)),
                SILENCE_SECONDS);
        atMost(
                "not_committed",
                kinds.stream().filter(kind -> kind.failure().isPresent()).count(),
                0);
        undisturbed.percentile(0.5).ifPresent(p50 -> figures.put("undisturbed_p50_ms", p50));
        figures.put("undisturbed_p99_ms", undisturbedMs);
        Map<String, Object> byKind = new LinkedHashMap<>();
        kinds.forEach(kind -> byKind.put(kind.kind().name(), kind.report(undisturbedMs)));
        figures.put("by_kind", byKind);
    }

    private void atMost(String name, Number figure, Number target) {
        figures.put(name, figure);
        if (figure.doubleValue() > target.doubleValue()) {
            missed.add(name + " is " + figure + ", and must not be above " + target);
        }
    }

    private static long sum(List<KindFigures> kinds, ToLongFunction<KindFigures> figure) {
        return kinds.stream().mapToLong(figure).sum();
    }

    private static double hundredths(double figure) {
        return Math.round(figure * 100) / 100.0;
    }

    /** The figures by their names in the report, in order; {@code by_kind} holds an object for each kind. */
    public Map<String, Object> figures() {
        return figures;
    }

    /** A line for each target that is missed. */
    public List<String> missed() {
        return missed;
    }
}
