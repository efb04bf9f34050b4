package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.processor.core.request.Value;

/**
 * Converts values between the core's types and the plain Java types of Avro unions, where {@link Value#NONE} is null.
 */
public final class Values {
    private Values() {}

    public static Object toAvro(Value value) {
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

    static Value of(Object avro) {
        if (avro instanceof Long number) {
            return new Value.Whole(number);
        }
        if (avro instanceof Double number) {
            return new Value.Fraction(number);
        }
        if (avro instanceof Boolean holds) {
            return new Value.Truth(holds);
        }
        return avro == null ? Value.NONE : new Value.Text(avro.toString());
    }
}
