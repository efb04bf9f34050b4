package io.fleetcommand.processor.core.request;

/** Why a request ended as it did. The meanings are documented in the published {@code Reason}. */
public enum Reason {
    NONE,
    FUNCTION_NOT_FOUND,
    VARIABLE_NOT_FOUND,
    DEVICE_NOT_FOUND,
    FORBIDDEN,
    POLICY,
    REFUSED,
    OVERLOADED,
    UNREADABLE,
    UNKNOWN_SCHEMA,
    NO_VALUE,
    MISSING_FIELD,
    KEY_MISMATCH,
    WRONG_PARTITION,
    ILLEGAL_NAME,
    ARGUMENT_TOO_LONG,
    OUT_OF_RANGE,
    REPLY_TOPIC_REFUSED,
    DEADLINE_PASSED,
    ATTEMPTS_USED_UP,
    DEVICE_UNREACHABLE,
    CLOUD_FAILURE,
    UNREADABLE_ANSWER,
    OUTCOME_LOST,
    CANCELLED,
    ID_REUSED,
    INTERNAL_ERROR,
    REPLY_NOT_DELIVERED
}
