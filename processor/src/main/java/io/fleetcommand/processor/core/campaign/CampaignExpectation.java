package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Value;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * Which returned values are a success of the device: numbers within bounds, or values by their text.
 *
 * @param min the lowest number that is a success
 * @param max the highest number that is a success
 * @param values the values that are a success, instead of bounds
 */
public record CampaignExpectation(OptionalDouble min, OptionalDouble max, List<String> values) {
    /** Every value is a success. */
    static final CampaignExpectation ANYTHING =
            new CampaignExpectation(OptionalDouble.empty(), OptionalDouble.empty(), List.of());
    /** A negative number is a failure: the firmware's usual way to say no. */
    static final CampaignExpectation NOT_NEGATIVE =
            new CampaignExpectation(OptionalDouble.of(0), OptionalDouble.empty(), List.of());

    public CampaignExpectation {
        Objects.requireNonNull(min);
        Objects.requireNonNull(max);
        values = List.copyOf(values);
    }

    /** What holds where a campaign says nothing. */
    static CampaignExpectation defaultFor(Action action) {
        return action instanceof Action.Call ? NOT_NEGATIVE : ANYTHING;
    }

    /** Whether a device that returned the value succeeded. */
    public boolean isSuccess(Value value) {
        if (!values.isEmpty()) {
            return values.contains(text(value));
        }
        if (min.isEmpty() && max.isEmpty()) {
            return true;
        }
        OptionalDouble number = number(value);
        return number.isPresent()
                && number.getAsDouble() >= min.orElse(Double.NEGATIVE_INFINITY)
                && number.getAsDouble() <= max.orElse(Double.POSITIVE_INFINITY);
    }

    private static OptionalDouble number(Value value) {
        if (value instanceof Value.Whole whole) {
            return OptionalDouble.of(whole.number());
        }
        return value instanceof Value.Fraction fraction ? OptionalDouble.of(fraction.number()) : OptionalDouble.empty();
    }

    private static String text(Value value) {
        if (value instanceof Value.Whole whole) {
            return Long.toString(whole.number());
        }
        if (value instanceof Value.Fraction fraction) {
            return Double.toString(fraction.number());
        }
        if (value instanceof Value.Truth truth) {
            return Boolean.toString(truth.holds());
        }
        return value instanceof Value.Text text ? text.text() : "";
    }
}
