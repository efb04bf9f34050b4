package io.fleetcommand.processor.quota;

import java.time.Duration;
import java.util.Optional;

/**
 * The range of everything that a notice may say. Instances write nothing outside of it; what anybody else could write to
 * the quota's topic must not stop all calls for good, or make a number overflow.
 */
final class NoticeRange {
    /** How far ahead an end may be that is renewed while it holds: the life of any of them, and clocks that differ. */
    private static final long RENEWED_MS = Duration.ofHours(1).toMillis();
    /** The longest that the cloud may ask to be left alone. */
    private static final long REST_MS = Duration.ofDays(1).toMillis();

    private static final long MAX_STEP_MS = Duration.ofHours(1).toMillis();
    private static final int MAX_NAME_LENGTH = 500;
    private static final int MAX_PARTITION = 1_000_000;

    private NoticeRange() {}

    /** What is out of range in a notice; empty if nothing is. */
    static Optional<String> fault(Notice notice, long nowMs) {
        if (notice instanceof Notice.Rest rest) {
            CoolDown coolDown = rest.coolDown();
            if (coolDown.stepMs() < 1 || coolDown.stepMs() > MAX_STEP_MS) {
                return Optional.of("its step is " + coolDown.stepMs() + " ms");
            }
            return coolDown.repeats() < 0
                    ? Optional.of("its repeats are " + coolDown.repeats())
                    : ends(coolDown, nowMs);
        }
        if (notice instanceof Notice.Owner owner) {
            return named(owner.group()).or(() -> ends(owner.untilMs(), nowMs + RENEWED_MS));
        }
        if (notice instanceof Notice.Demand demand) {
            return named(demand.instance()).or(() -> ends(demand.untilMs(), nowMs + RENEWED_MS));
        }
        Notice.Loan loan = (Notice.Loan) notice;
        return loan.partition() < 0 || loan.partition() > MAX_PARTITION
                ? Optional.of("its partition is " + loan.partition())
                : named(loan.borrower()).or(() -> ends(loan.untilMs(), nowMs + RENEWED_MS));
    }

    private static Optional<String> ends(CoolDown coolDown, long nowMs) {
        return ends(coolDown.untilMs(), nowMs + REST_MS);
    }

    private static Optional<String> ends(long untilMs, long latestMs) {
        return untilMs > latestMs || untilMs < 0
                ? Optional.of("it ends at " + untilMs + " ms; at most " + latestMs + " is believed")
                : Optional.empty();
    }

    private static Optional<String> named(String name) {
        return name.length() > MAX_NAME_LENGTH
                ? Optional.of("it names somebody in " + name.length() + " characters")
                : Optional.empty();
    }
}
