package io.fleetcommand.systemtest.bench.abuse;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What came of one kind of abuse.
 *
 * @param sent records that the abuser gave to Kafka
 * @param refused those of them that Kafka did not take
 * @param answers how the abuser's records were answered, by status and reason
 * @param innocent what the innocent caller met meanwhile, and with the restart that followed
 * @param neighbour what another caller met meanwhile, who shares the abuser's topic
 * @param ends how many times the processor's process ended by itself
 * @param peakHeapMb the most heap it used, garbage included
 * @param silenceSeconds for how long it left probes of {@code /alive} unanswered, at most
 * @param restartSeconds from a start to the first answer to the innocent caller; empty where it was not restarted
 * @param failure why the abuse could not be committed; empty if it was
 * @param lastWords the last error in the log of a processor that ended by itself
 */
record KindFigures(
        AbuseKind kind,
        long sent,
        long refused,
        Map<String, Long> answers,
        Innocent innocent,
        SteadyCaller.Waits neighbour,
        int ends,
        long peakHeapMb,
        double silenceSeconds,
        OptionalDouble restartSeconds,
        Optional<String> failure,
        Optional<String> lastWords) {
    /**
     * What the innocent caller met.
     *
     * @param waits beside the abuse
     * @param unanswered commands without a result, those of the restart included
     * @param answeredTwice commands with more than one result, those of the restart included
     * @param copies of the abuser's answers in the innocent caller's reply topic
     */
    record Innocent(SteadyCaller.Waits waits, long unanswered, long answeredTwice, long copies) {}

    /** The innocent's 99th percentile by what it is undisturbed; without any answer there is none. */
    OptionalDouble ratio(long undisturbedMs) {
        return innocent.waits.percentile(0.99).stream()
                .mapToDouble(p99 -> rounded(p99 / (double) undisturbedMs))
                .findFirst();
    }

    /** As they stand in the report. */
    Map<String, Object> report(long undisturbedMs) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("what", kind.description());
        report.put("records", sent);
        report.put("refused_by_kafka", refused);
        report.put("answers", answers);
        report.put("innocent_sent", innocent.waits.sent());
        report.put("innocent_answers", innocent.waits.statuses());
        report.put("innocent_unanswered", innocent.unanswered);
        report.put("innocent_answered_twice", innocent.answeredTwice);
        report.put("copies_to_the_innocent", innocent.copies);
        innocent.waits.percentile(0.5).ifPresent(p50 -> report.put("innocent_p50_ms", p50));
        innocent.waits.percentile(0.99).ifPresent(p99 -> report.put("innocent_p99_ms", p99));
        ratio(undisturbedMs).ifPresent(ratio -> report.put("ratio", ratio));
        report.put("neighbour_unanswered", neighbour.unanswered());
        neighbour.percentile(0.5).ifPresent(p50 -> report.put("neighbour_p50_ms", p50));
        neighbour.percentile(0.99).ifPresent(p99 -> report.put("neighbour_p99_ms", p99));
        report.put("processor_ends", ends);
        report.put("peak_heap_mb", peakHeapMb);
        report.put("alive_silent_seconds", rounded(silenceSeconds));
        restartSeconds.ifPresent(seconds -> report.put("restart_seconds", rounded(seconds)));
        failure.ifPresent(why -> report.put("not_committed", why));
        lastWords.ifPresent(error -> report.put("last_words", error));
        return report;
    }

    private static double rounded(double figure) {
        return Math.round(figure * 100) / 100.0;
    }
}
