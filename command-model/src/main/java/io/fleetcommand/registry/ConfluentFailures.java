package io.fleetcommand.registry;

import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.avro.InvalidNumberEncodingException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Classifies what Confluent's serializers throw, which an operator may configure in place of ours. Their exception for
 * an error response of the registry is on the class path only then, so its class is loaded by name and its error code
 * is read by reflection.
 */
final class ConfluentFailures {
    private static final String REST_EXCEPTION =
            "io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException";

    /** Confluent's client has no exception for a schema of another type or one that does not parse, only this text. */
    private static final String INVALID_SCHEMA = "Invalid schema";

    /** The method that returns the registry's error code; empty if Confluent's client is not on the class path. */
    private static final Optional<Method> ERROR_CODE = errorCode();

    private ConfluentFailures() {}

    /** @param causes an exception and its causes, none of which is a {@link RegistryException} */
    static ReadFailure classify(List<Throwable> causes) {
        if (causes.stream().anyMatch(ConfluentFailures::isSchemaNotFound)) {
            return ReadFailure.UNKNOWN_SCHEMA;
        }
        if (causes.stream().anyMatch(ConfluentFailures::isUnfitSchema)) {
            return ReadFailure.UNFIT_SCHEMA;
        }
        return causes.stream().anyMatch(ConfluentFailures::isOfRegistry) ? ReadFailure.REGISTRY : ReadFailure.BYTES;
    }

    private static boolean isSchemaNotFound(Throwable cause) {
        return errorCode(cause).stream().anyMatch(code -> code == RegistryRequest.SCHEMA_NOT_FOUND);
    }

    private static boolean isUnfitSchema(Throwable cause) {
        return cause instanceof IOException
                && String.valueOf(cause.getMessage()).startsWith(INVALID_SCHEMA);
    }

    /** An IOException is one of the connection, except for those that Avro throws for bad bytes. */
    private static boolean isOfRegistry(Throwable cause) {
        return errorCode(cause).isPresent()
                // Kafka's exceptions as Confluent's client throws them when the registry denies access or times out.
                || cause instanceof InvalidConfigurationException
                || cause instanceof AuthenticationException
                || cause instanceof AuthorizationException
                || cause instanceof RetriableException
                || cause instanceof IOException
                        && !(cause instanceof EOFException)
                        && !(cause instanceof InvalidNumberEncodingException);
    }

    /** The error code of the registry's response; empty if the exception is not about one. */
    private static OptionalInt errorCode(Throwable cause) {
        if (ERROR_CODE.isEmpty() || !ERROR_CODE.get().getDeclaringClass().isInstance(cause)) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of((int) ERROR_CODE.get().invoke(cause));
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Optional<Method> errorCode() {
        try {
            return Optional.of(Class.forName(REST_EXCEPTION).getMethod("getErrorCode"));
        } catch (ReflectiveOperationException absent) {
            return Optional.empty();
        }
    }
}
