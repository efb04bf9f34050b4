package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.Reason;
import java.util.function.Function;

/** A record's value, or why its bytes are none. */
sealed interface Decoded<T> {
    <S> Decoded<S> map(Function<T, S> meaning);

    record Good<T>(T value) implements Decoded<T> {
        @Override
        public <S> Decoded<S> map(Function<T, S> meaning) {
            return new Good<>(meaning.apply(value));
        }
    }

    record Bad<T>(Reason reason, String detail) implements Decoded<T> {
        @Override
        public <S> Decoded<S> map(Function<T, S> meaning) {
            return new Bad<>(reason, detail);
        }
    }
}
