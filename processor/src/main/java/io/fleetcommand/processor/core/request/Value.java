package io.fleetcommand.processor.core.request;

/** The value that a function returned or a variable held, in the type that the cloud sent. */
public sealed interface Value {
    /** No value: the call did not succeed, or the variable holds none, such as NaN. */
    Value NONE = new None();

    record None() implements Value {}

    record Whole(long number) implements Value {}

    /** A finite number. */
    record Fraction(double number) implements Value {}

    record Truth(boolean holds) implements Value {}

    record Text(String text) implements Value {}
}
