package io.fleetcommand.processor.quota;

import java.util.Optional;

/**
 * Checks that the fields of a message are in a sensible range. Anyone who can write to the quota topic can write any
 * value: a cool-down of a year, a step of no length, a claim from before the topic began. Messages out of range are
 * skipped.
 */
final class QuotaMessageValidator {
    /** Owners, demands and loans are renewed long before; the margin allows for clock skew. */
    static final long MAX_AHEAD_MS = 60_000;
    /** The maximum length of an application's or an instance's name. */
    static final int MAX_NAME = 500;

    private static final long MAX_STEP_MS = 86_400_000;
    private static final int MAX_REPEATS = 1_000_000;

    private QuotaMessageValidator() {}

    /**
     * What is wrong with a message; empty if nothing is.
     *
     * @param offset the offset of its record
     */
    static Optional<String> fault(QuotaMessage message, long offset, long nowMs) {
        if (message instanceof QuotaMessage.Owner owner) {
            return name(owner.group())
                    .or(() -> time(owner.untilMs(), nowMs + MAX_AHEAD_MS))
                    .or(() -> number("claimed_at", owner.claimedAt(), QuotaMessage.Owner.FIRST, offset));
        }
        if (message instanceof QuotaMessage.CoolingDown cooling) {
            CoolDown coolDown = cooling.coolDown();
            return time(coolDown.untilMs(), nowMs + CoolDown.MAX_COOL_DOWN_MS + MAX_AHEAD_MS)
                    .or(() -> number("step_ms", coolDown.stepMs(), 1, MAX_STEP_MS))
                    .or(() -> number("repeats", coolDown.repeats(), 0, MAX_REPEATS));
        }
        if (message instanceof QuotaMessage.Demand demand) {
            return name(demand.instance()).or(() -> time(demand.untilMs(), nowMs + MAX_AHEAD_MS));
        }
        QuotaMessage.Loan loan = (QuotaMessage.Loan) message;
        return name(loan.borrower())
                .or(() -> time(loan.untilMs(), nowMs + MAX_AHEAD_MS))
                .or(() -> number("partition", loan.partition(), 0, Integer.MAX_VALUE));
    }

    private static Optional<String> name(String name) {
        return name.isEmpty() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)
                ? Optional.of("a name is empty, has more than " + MAX_NAME + " characters, or control characters")
                : Optional.empty();
    }

    private static Optional<String> time(long untilMs, long latestMs) {
        return number("until", untilMs, 0, latestMs);
    }

    private static Optional<String> number(String field, long value, long min, long max) {
        return value < min || value > max
                ? Optional.of(field + " is " + value + ", where " + min + " to " + max + " makes sense")
                : Optional.empty();
    }
}
