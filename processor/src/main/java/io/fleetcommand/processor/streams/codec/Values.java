package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.request.Value;

/** Values between the core's types and the plain Java types that Avro's unions hold; no value is null there. */
public final class Values {
    private Values() {}

    public static Object plain(Value value) {
        if (value instanceof Value.Whole whole) {
            return whole.number();
        }
        if (value instanceof Value.Fraction fraction) {
            return fraction.number();
        }
        if (value instanceof Value.Truth truth) {
            return truth.holds();
        }
        return value instanceof Value.Text text ? text.text() : null;
    }

    static Value of(Object plain) {
        if (plain instanceof Long number) {
            return new Value.Whole(number);
        }
        if (plain instanceof Double number) {
            return new Value.Fraction(number);
        }
        if (plain instanceof Boolean holds) {
            return new Value.Truth(holds);
        }
        return plain == null ? Value.NONE : new Value.Text(plain.toString());
    }
}
