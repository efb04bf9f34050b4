package io.fleetcommand.registry;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Why a serializer or a deserializer failed. */
public enum ReadFailure {
    /** The schema registry answered that it does not have the schema. */
    UNKNOWN_SCHEMA,
    /** The schema exists, but it does not parse or cannot be resolved to a generated class. */
    UNFIT_SCHEMA,
    /** The bytes are not a valid record of their schema. */
    BYTES,
    /** The schema registry gave no usable response: the bytes may be valid, so the read is retried. */
    REGISTRY;

    /** A cause chain may be cyclic. */
    private static final int MAX_CAUSES = 20;

    /** Classifies what a serializer or deserializer of this package, or Confluent's in its place, has thrown. */
    public static ReadFailure of(Throwable failure) {
        List<Throwable> causes = Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(MAX_CAUSES)
                .toList();
        return causes.stream()
                .filter(RegistryException.class::isInstance)
                .map(cause -> ((RegistryException) cause).failure())
                .findFirst()
                .orElseGet(() -> ConfluentFailures.classify(causes));
    }
}
