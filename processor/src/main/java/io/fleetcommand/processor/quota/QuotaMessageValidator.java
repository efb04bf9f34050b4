package io.fleetcommand.processor.quota;

import java.util.Optional;

/**
 * The ranges in which the numbers of notices make sense. Whoever can write to the quota's topic can write any: a rest of
 * a year, a step of no time, a claim from before the topic began. What is out of range is passed over.
 */
final class QuotaMessageValidator {
    /** Owners, demands and loans are renewed long before; the rest is for clocks that differ. */
    static final long MAX_AHEAD_MS = 60_000;
    /** Of an application's or an instance's name. */
    static final int MAX_NAME = 500;

    private static final long MAX_STEP_MS = 86_400_000;
    private static final int MAX_REPEATS = 1_000_000;

    private QuotaMessageValidator() {}

    /**
     * What is wrong with a notice; empty if nothing is.
     *
     * @param offset where its line stands
     */
    static Optional<String> fault(QuotaMessage message, long offset, long nowMs) {
        if (message instanceof QuotaMessage.Owner owner) {
            return name(owner.group())
                    .or(() -> time(owner.untilMs(), nowMs + MAX_AHEAD_MS))
                    .or(() -> number("claimed_at", owner.claimedAt(), QuotaMessage.Owner.FIRST, offset));
        }
        if (message instanceof QuotaMessage.CoolingDown rest) {
            CoolDown coolDown = rest.coolDown();
            return time(coolDown.untilMs(), nowMs + CoolDown.MAX_REST_MS + MAX_AHEAD_MS)
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

    private static Optional<String> number(String field, long value, long least, long most) {
        return value < least || value > most
                ? Optional.of(field + " is " + value + ", where " + least + " to " + most + " makes sense")
                : Optional.empty();
    }
}
