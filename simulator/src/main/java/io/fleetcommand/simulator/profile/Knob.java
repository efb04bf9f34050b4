package io.fleetcommand.simulator.profile;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A behaviour of the real cloud on which recordings and documents disagree, or which changed over the years. */
public enum Knob {
    FUNCTION_BODY("function-body"),
    VARIABLE_BODY("variable-body"),
    OFFLINE("offline"),
    SILENT_DEVICE("silent-device"),
    UNKNOWN_FUNCTION("unknown-function"),
    UNKNOWN_VARIABLE("unknown-variable"),
    UNKNOWN_DEVICE("unknown-device"),
    UNKNOWN_PRODUCT("unknown-product"),
    SCOPE_MISS("scope-miss"),
    RETURN_VALUE("return-value"),
    THROTTLE_BODY("throttle-body"),
    RETRY_AFTER("retry-after"),
    LIMIT_RULE("limit-rule"),
    LOCK_OUT("lock-out"),
    BAD_CLIENT("bad-client"),
    LONG_ARGUMENT("long-argument"),
    ONLINE_FLAG("online-flag"),
    FOREIGN_DEVICE("foreign-device"),
    DEVICE_ID_CASE("device-id-case"),
    PRODUCT_PATH_NAME("product-path-name"),
    NAME_CASE("name-case"),
    CHECK_ORDER("check-order"),
    PAGE_SIZE("page-size"),
    LISTING_META("listing-meta"),
    QUERY_TOKEN("query-token"),
    TOKEN_INFO("token-info"),
    TOKEN_DELETION("token-deletion"),
    API_USER_CHANGE("api-user-change");

    private final String word;

    Knob(String word) {
        this.word = word;
    }

    /** The name on the command line and in JSON. */
    public String word() {
        return word;
    }

    /** All its settings, the default first. */
    public List<Setting> settings() {
        return Arrays.stream(Setting.values())
                .filter(setting -> setting.knob() == this)
                .toList();
    }

    /** @throws IllegalArgumentException if there is no such knob */
    static Knob named(String word) {
        return Arrays.stream(values())
                .filter(knob -> knob.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no knob '" + word + "'; there are "
                        + Arrays.stream(values()).map(Knob::word).collect(Collectors.joining(", "))));
    }
}
