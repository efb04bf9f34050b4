package io.fleetcommand.simulator.profile;

/**
 * The settings of all {@link Knob}s. The first of each knob is its default: the presumed behaviour of today's cloud.
 */
public enum Setting {
    /** id, name, connected, return_value. */
    FUNCTION_BODY_CURRENT(Knob.FUNCTION_BODY, "current"),
    FUNCTION_BODY_WITHOUT_NAME(Knob.FUNCTION_BODY, "without-name"),
    /** As in 2015: without a name, with an empty {@code last_app}. */
    FUNCTION_BODY_WITH_LAST_APP(Knob.FUNCTION_BODY, "with-last-app"),

    /** The union of the fields seen from 2020 to 2022. */
    VARIABLE_BODY_CURRENT(Knob.VARIABLE_BODY, "current"),
    VARIABLE_BODY_MINIMAL(Knob.VARIABLE_BODY, "minimal"),
    VARIABLE_BODY_2015(Knob.VARIABLE_BODY, "2015"),

    /** 408 "timed out" at once. */
    OFFLINE_408(Knob.OFFLINE, "408"),
    OFFLINE_404(Knob.OFFLINE, "404"),
    /** 400 "Timed out." after half of the device timeout: 15 s of 30 s. */
    OFFLINE_400_SLOW(Knob.OFFLINE, "400-slow"),
    /** 408 "Timed out." without an {@code ok} field. */
    OFFLINE_408_WITHOUT_OK(Knob.OFFLINE, "408-without-ok"),

    SILENT_DEVICE_NOT_EXECUTED(Knob.SILENT_DEVICE, "not-executed"),
    /** The device executes the function; its response is lost or too late. */
    SILENT_DEVICE_EXECUTED(Knob.SILENT_DEVICE, "executed"),

    /** "Function NAME not found". */
    UNKNOWN_FUNCTION_NAMED(Knob.UNKNOWN_FUNCTION, "named"),
    /** "Function not found". */
    UNKNOWN_FUNCTION_UNNAMED(Knob.UNKNOWN_FUNCTION, "unnamed"),

    /** "Unknown Variable: NAME". */
    UNKNOWN_VARIABLE_NAMED(Knob.UNKNOWN_VARIABLE, "named"),
    /** "Variable not found". */
    UNKNOWN_VARIABLE_UNNAMED(Knob.UNKNOWN_VARIABLE, "unnamed"),

    UNKNOWN_DEVICE_404(Knob.UNKNOWN_DEVICE, "404"),
    /** "Permission Denied" with an {@code info} field. */
    UNKNOWN_DEVICE_403(Knob.UNKNOWN_DEVICE, "403"),

    UNKNOWN_PRODUCT_403(Knob.UNKNOWN_PRODUCT, "403"),
    UNKNOWN_PRODUCT_404(Knob.UNKNOWN_PRODUCT, "404"),

    SCOPE_MISS_400(Knob.SCOPE_MISS, "400"),
    SCOPE_MISS_401(Knob.SCOPE_MISS, "401"),
    SCOPE_MISS_403(Knob.SCOPE_MISS, "403"),

    RETURN_VALUE_PRESENT(Knob.RETURN_VALUE, "present"),
    /** The function is executed, but the 200 contains only {@code ok:false} and an error. */
    RETURN_VALUE_MISSING(Knob.RETURN_VALUE, "missing"),

    THROTTLE_BODY_JSON(Knob.THROTTLE_BODY, "json"),
    /** A JSON string that contains the JSON object. */
    THROTTLE_BODY_DOUBLE_ENCODED(Knob.THROTTLE_BODY, "double-encoded"),
    THROTTLE_BODY_HTML(Knob.THROTTLE_BODY, "html"),

    RETRY_AFTER_ABSENT(Knob.RETRY_AFTER, "absent"),
    /** Seconds until the next request would be accepted. */
    RETRY_AFTER_PRESENT(Knob.RETRY_AFTER, "present"),

    /** The limit and window of the options. */
    LIMIT_RULE_WINDOW(Knob.LIMIT_RULE, "window"),
    /** 10 requests in any second, as until 2018. */
    LIMIT_RULE_TEN_PER_SECOND(Knob.LIMIT_RULE, "ten-per-second"),

    LOCK_OUT_429(Knob.LOCK_OUT, "429"),
    LOCK_OUT_403(Knob.LOCK_OUT, "403"),

    BAD_CLIENT_400(Knob.BAD_CLIENT, "400"),
    BAD_CLIENT_401(Knob.BAD_CLIENT, "401"),

    /** The device executes the function with a truncated argument. */
    LONG_ARGUMENT_CUT(Knob.LONG_ARGUMENT, "cut"),
    /** 400, and the device does not execute the function. */
    LONG_ARGUMENT_REJECTED(Knob.LONG_ARGUMENT, "rejected"),

    /** A disconnected device counts as online for another 50 s, as on Wi-Fi. */
    ONLINE_FLAG_LAGS_50S(Knob.ONLINE_FLAG, "lags-50s"),
    /** As on cellular. */
    ONLINE_FLAG_LAGS_46MIN(Knob.ONLINE_FLAG, "lags-46min"),
    ONLINE_FLAG_EXACT(Knob.ONLINE_FLAG, "exact"),

    /** An unknown or foreign device, on a path without product: "Permission Denied" with an {@code info} field. */
    FOREIGN_DEVICE_403(Knob.FOREIGN_DEVICE, "403"),
    FOREIGN_DEVICE_404(Knob.FOREIGN_DEVICE, "404"),

    /** Device ids are case-insensitive. */
    DEVICE_ID_CASE_IGNORED(Knob.DEVICE_ID_CASE, "ignored"),
    DEVICE_ID_CASE_EXACT(Knob.DEVICE_ID_CASE, "exact"),

    /** On a product's path a device's name is not accepted as id. */
    PRODUCT_PATH_NAME_UNKNOWN(Knob.PRODUCT_PATH_NAME, "unknown"),
    PRODUCT_PATH_NAME_ACCEPTED(Knob.PRODUCT_PATH_NAME, "accepted"),

    /** Function and variable names are case-sensitive. */
    NAME_CASE_EXACT(Knob.NAME_CASE, "exact"),
    NAME_CASE_IGNORED(Knob.NAME_CASE, "ignored"),

    /** A call to an offline device fails as offline, whatever the name of the function. */
    CHECK_ORDER_OFFLINE_FIRST(Knob.CHECK_ORDER, "offline-first"),
    CHECK_ORDER_NAME_FIRST(Knob.CHECK_ORDER, "name-first"),

    /** A page size out of range is clamped. */
    PAGE_SIZE_CLAMPED(Knob.PAGE_SIZE, "clamped"),
    PAGE_SIZE_REFUSED(Knob.PAGE_SIZE, "refused"),

    /** All fields of the other settings. */
    LISTING_META_ALL(Knob.LISTING_META, "all"),
    /** {@code total_pages} alone. */
    LISTING_META_PAGES(Knob.LISTING_META, "pages"),
    /** {@code total_pages} and {@code total_records}. */
    LISTING_META_RECORDS(Knob.LISTING_META, "records"),
    /** {@code page}, {@code per_page}, {@code total_pages} and {@code total}. */
    LISTING_META_POSITION(Knob.LISTING_META, "position"),

    /** {@code access_token} in the query of a GET. */
    QUERY_TOKEN_ACCEPTED(Knob.QUERY_TOKEN, "accepted"),
    /** As for accounts created after 2024: such a token is ignored. */
    QUERY_TOKEN_IGNORED(Knob.QUERY_TOKEN, "ignored"),

    /** The field of the current token's client is {@code client}. */
    TOKEN_INFO_CLIENT(Knob.TOKEN_INFO, "client"),
    TOKEN_INFO_CLIENT_ID(Knob.TOKEN_INFO, "client-id"),

    /** No authentication: whoever knows a token's value may delete it. */
    TOKEN_DELETION_OPEN(Knob.TOKEN_DELETION, "open"),
    /** Only with the owner's name and password as HTTP Basic. */
    TOKEN_DELETION_BASIC(Knob.TOKEN_DELETION, "basic"),

    /** The response to a change of an API user contains it as {@code updated}. */
    API_USER_CHANGE_UPDATED(Knob.API_USER_CHANGE, "updated"),
    API_USER_CHANGE_CREATED(Knob.API_USER_CHANGE, "created");

    private final Knob knob;
    private final String word;

    Setting(Knob knob, String word) {
        this.knob = knob;
        this.word = word;
    }

    public Knob knob() {
        return knob;
    }

    public String word() {
        return word;
    }
}
