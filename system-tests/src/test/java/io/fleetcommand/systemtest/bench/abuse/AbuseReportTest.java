package io.fleetcommand.systemtest.bench.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.model.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AbuseReportTest {
    private static final SteadyCaller.Waits UNDISTURBED = waits(0, 300, 310, 400);
    private static final KindFigures HARMLESS =
            figures(innocent(waits(0, 350, 360, 600), 0, 0, 0), 0, 500, 1, OptionalDouble.of(12.345));

    @Test
    void whatHarmsNobodyMissesNoTarget() {
        AbuseReport report = new AbuseReport(UNDISTURBED, List.of(HARMLESS, HARMLESS));

        assertThat(report.missed()).isEmpty();
        assertThat(report.figures())
                .containsEntry("kinds", 2)
                .containsEntry("processor_ends", 0)
                .containsEntry("unanswered_innocent", 0L)
                .containsEntry("answered_twice", 0L)
                .containsEntry("worst_p99_ratio", 1.5)
                .containsEntry("peak_heap_mb", 500L)
                .containsEntry("restart_seconds_worst", 12.35);
    }

    @TestFactory
    Stream<DynamicTest> aTargetThatOneKindMissesIsNamed() {
        SteadyCaller.Waits good = waits(0, 300);
        return Stream.of(
                missing("processor_ends is 1", figures(innocent(good, 0, 0, 0), 1, 0, 0, OptionalDouble.empty())),
                missing("unanswered_innocent is 3", figures(innocent(good, 3, 0, 0), 0, 0, 0, OptionalDouble.empty())),
                missing("answered_twice is 1", figures(innocent(good, 0, 1, 0), 0, 0, 0, OptionalDouble.empty())),
                missing(
                        "copies_to_the_innocent is 2",
                        figures(innocent(good, 0, 0, 2), 0, 0, 0, OptionalDouble.empty())),
                missing(
                        "worst_p99_ratio is 1.51",
                        figures(innocent(waits(0, 604), 0, 0, 0), 0, 0, 0, OptionalDouble.empty())),
                missing("peak_heap_mb is 513", figures(innocent(good, 0, 0, 0), 0, 513, 0, OptionalDouble.empty())),
                missing(
                        "alive_silent_seconds_worst is 31.0",
                        figures(innocent(good, 0, 0, 0), 0, 0, 31, OptionalDouble.empty())),
                missing(
                        "restart_seconds_worst is 30.1",
                        figures(innocent(good, 0, 0, 0), 0, 0, 0, OptionalDouble.of(30.1))));
    }

    private static DynamicTest missing(String wanted, KindFigures kind) {
        return DynamicTest.dynamicTest(
                wanted,
                () -> assertThat(new AbuseReport(UNDISTURBED, List.of(HARMLESS, kind)).missed())
                        .singleElement()
                        .asString()
                        .startsWith(wanted + ","));
    }

    @Test
    void anAbuseThatCouldNotBeCommittedProvesNothing() {
        KindFigures undone = new KindFigures(
                HARMLESS.kind(),
                0,
                0,
                Map.of(),
                innocent(waits(0, 300), 0, 0, 0),
                waits(0, 300),
                0,
                0,
                0,
                OptionalDouble.empty(),
                Optional.of("the registry refuses the schema"),
                Optional.empty());

        AbuseReport report = new AbuseReport(UNDISTURBED, List.of(undone));

        assertThat(report.missed()).singleElement().asString().startsWith("not_committed is 1");
        assertThat(report.figures().get("by_kind")).asString().contains("the registry refuses the schema");
    }

    @Test
    void withoutAnyUndisturbedAnswerThereIsNothingToCompareWith() {
        assertThatThrownBy(() -> new AbuseReport(waits(3), List.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("while nobody abused anything");
    }

    private static KindFigures figures(
            KindFigures.Innocent innocent, int ends, long heapMb, double silence, OptionalDouble restart) {
        return new KindFigures(
                AbuseKind.beside("kind", "what is sent", abuser -> {}),
                10,
                0,
                Map.of("INVALID UNREADABLE", 10L),
                innocent,
                waits(0, 300),
                ends,
                heapMb,
                silence,
                restart,
                Optional.empty(),
                Optional.empty());
    }

    private static KindFigures.Innocent innocent(
            SteadyCaller.Waits waits, long unanswered, long answeredTwice, long copies) {
        return new KindFigures.Innocent(waits, unanswered, answeredTwice, copies);
    }

    private static SteadyCaller.Waits waits(int unanswered, long... answeredMs) {
        List<Long> sorted = LongStream.of(answeredMs).sorted().boxed().toList();
        return new SteadyCaller.Waits(
                unanswered + sorted.size(), sorted, Map.of(Status.SUCCEEDED, (long) sorted.size()));
    }
}
