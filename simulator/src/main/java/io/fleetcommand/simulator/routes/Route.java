package io.fleetcommand.simulator.routes;

/** The groups of paths by which faults and counts distinguish requests. */
enum Route {
    TOKEN("token"),
    FUNCTION("function"),
    VARIABLE("variable"),
    DEVICES("devices"),
    DEVICE("device"),
    GROUPS("groups"),
    ACCESS_TOKENS("access_tokens"),
    CLIENTS("clients"),
    TEAM("team"),
    CUSTOMERS("customers"),
    PRODUCTS("products"),
    USER("user"),
    OTHER("other");

    private final String word;

    Route(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
