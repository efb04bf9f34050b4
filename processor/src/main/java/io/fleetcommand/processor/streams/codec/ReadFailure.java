package io.fleetcommand.processor.streams.codec;

import io.fleetcommand.registry.RegistryUnavailable;
import io.fleetcommand.registry.UnknownSchema;
import io.fleetcommand.registry.UnreadableRecord;
import java.io.EOFException;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.RetriableException;

/** The cause of an exception that a deserializer or a serializer threw. */
public enum ReadFailure {
    /** The schema registry answered that it does not have the schema. */
    UNKNOWN_SCHEMA,
    /** The schema exists, but it does not parse or cannot be resolved to a generated class. */
    UNFIT_SCHEMA,
    /** The bytes are not a valid record of their schema. */
    BYTES,
    /** The schema registry gave no usable response: the bytes may be valid, so the read is retried. */
    REGISTRY;

    /**
     * Suffix of the message of Confluent's RestClientException. That class is not on the class path unless the operator
     * configures Confluent's serializers, so it is recognized by its simple name and its message.
     */
    private static final String NOT_FOUND = "error code: 40403";

    public static ReadFailure of(Throwable failure) {
        if (isAnyCause(failure, cause -> cause instanceof UnknownSchema || isConfluentSchemaNotFound(cause))) {
            return UNKNOWN_SCHEMA;
        }
        if (isAnyCause(failure, ReadFailure::isUnfitSchema)) {
            return UNFIT_SCHEMA;
        }
        return isAnyCause(failure, ReadFailure::isRegistryFailure) ? REGISTRY : BYTES;
    }

    private static boolean isConfluentSchemaNotFound(Throwable cause) {
        return isConfluentRestException(cause)
                && String.valueOf(cause.getMessage()).endsWith(NOT_FOUND);
    }

    private static boolean isConfluentRestException(Throwable cause) {
        return cause.getClass().getSimpleName().equals("RestClientException");
    }

    /** Confluent's client throws a plain IOException for a schema of another type and for one that does not parse. */
    private static boolean isUnfitSchema(Throwable cause) {
        return cause instanceof UnreadableRecord unreadable && unreadable.isOfSchema()
                || cause instanceof IOException
                        && String.valueOf(cause.getMessage()).startsWith("Invalid schema");
    }

    /** Avro's own exceptions, and the EOFException of a truncated value, are IOExceptions too but mean bad bytes. */
    private static boolean isRegistryFailure(Throwable cause) {
        return cause instanceof RegistryUnavailable
                || isConfluentRestException(cause)
                // Kafka's exceptions as Confluent's client throws them when the registry denies access or times out.
                || cause instanceof InvalidConfigurationException
                || cause instanceof AuthenticationException
                || cause instanceof AuthorizationException
                || cause instanceof RetriableException
                || cause instanceof IOException
                        && !(cause instanceof EOFException)
                        && !cause.getClass().getName().startsWith("org.apache.avro.");
    }

    private static boolean isAnyCause(Throwable failure, Predicate<Throwable> test) {
        // A cause chain may be cyclic.
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .anyMatch(test);
    }
}
