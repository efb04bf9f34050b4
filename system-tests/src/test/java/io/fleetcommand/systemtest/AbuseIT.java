package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.stack.Installation;
import io.fleetcommand.systemtest.bench.abuse.AbuseBench;
import io.fleetcommand.systemtest.bench.abuse.AbuseReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Some kinds of abuse, in short; {@code ./fleet bench abuse} commits all of them, and takes the waits too. */
@Tag("alone")
class AbuseIT {
    private static final List<String> KINDS = List.of(
            "claimed-lengths-in-polls",
            "schemas-of-another-kind",
            "reply-topics-that-are-missing",
            "nulls",
            "one-byte-connections");

    @Test
    void anInnocentCallerGetsEveryAnswerOnceWhateverAnotherOneSends() {
        AbuseReport report =
                new AbuseBench(KINDS, Duration.ofSeconds(3), Map.of()).run(Installation.find(), line -> {});

        assertThat(report.figures())
                .as("%s", report.figures())
                .containsEntry("kinds", KINDS.size())
                .containsEntry("processor_ends", 0)
                .containsEntry("unanswered_innocent", 0L)
                .containsEntry("answered_twice", 0L)
                .containsEntry("copies_to_the_innocent", 0L)
                .containsEntry("not_committed", 0L);
    }
}
