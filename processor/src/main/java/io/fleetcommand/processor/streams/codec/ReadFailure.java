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

/** What an exception of a deserializer, or a serializer, is about. */
public enum ReadFailure {
    /** The registry does not have the schema, by its own word. */
    UNKNOWN_SCHEMA,
    /** There is a schema, and no class of this program can be read by it. */
    UNFIT_SCHEMA,
    /** The bytes are not a record of their schema. */
    BYTES,
    /** The registry did not give a usable answer: the bytes may be good. */
    REGISTRY;

    /** At the end of the message of Confluent's exceptions, which this program does not have on its class path. */
    private static final String NOT_FOUND = "error code: 40403";

    public static ReadFailure of(Throwable failure) {
        if (isAnyCause(failure, cause -> cause instanceof UnknownSchema || isUnknownToConfluent(cause))) {
            return UNKNOWN_SCHEMA;
        }
        if (isAnyCause(failure, ReadFailure::isOfUnfitSchema)) {
            return UNFIT_SCHEMA;
        }
        return isAnyCause(failure, ReadFailure::isOfTheRegistry) ? REGISTRY : BYTES;
    }

    private static boolean isUnknownToConfluent(Throwable cause) {
        return isConfluents(cause) && String.valueOf(cause.getMessage()).endsWith(NOT_FOUND);
    }

    private static boolean isConfluents(Throwable cause) {
        return cause.getClass().getSimpleName().equals("RestClientException");
    }

    /** Confluent's client says so by a plain IOException, of a schema of another kind and of one that does not parse. */
    private static boolean isOfUnfitSchema(Throwable cause) {
        return cause instanceof UnreadableRecord unreadable && unreadable.isOfSchema()
                || cause instanceof IOException
                        && String.valueOf(cause.getMessage()).startsWith("Invalid schema");
    }

    /** Avro's own exceptions, and that of a value which is too short, are IOExceptions too. */
    private static boolean isOfTheRegistry(Throwable cause) {
        return cause instanceof RegistryUnavailable
                || isConfluents(cause)
                // Confluent's, where the registry does not let us in, or not in time.
                || cause instanceof InvalidConfigurationException
                || cause instanceof AuthenticationException
                || cause instanceof AuthorizationException
                || cause instanceof RetriableException
                || cause instanceof IOException
                        && !(cause instanceof EOFException)
                        && !cause.getClass().getName().startsWith("org.apache.avro.");
    }

    private static boolean isAnyCause(Throwable failure, Predicate<Throwable> what) {
        // A chain of causes can be a ring.
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .anyMatch(what);
    }
}
