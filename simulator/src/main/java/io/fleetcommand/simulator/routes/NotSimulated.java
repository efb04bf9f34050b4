package io.fleetcommand.simulator.routes;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The paths of the real cloud that are not simulated. */
final class NotSimulated {
    /** First segments of paths below {@code /v1}, and below a product. */
    private static final Set<String> AREAS = Set.of(
            "binaries",
            "build_targets",
            "config",
            "device_claims",
            "device-os",
            "env",
            "events",
            "firmware",
            "integrations",
            "ledgers",
            "libraries",
            "locations",
            "logic",
            "networks",
            "orgs",
            "products",
            "promo_code",
            "provisioning",
            "serial_numbers",
            "sims",
            "user",
            "users",
            "webhooks");
    /** Last segments of a device's paths that are not functions or variables. */
    private static final Set<String> OF_DEVICE = Set.of("backup_files", "unprotect");

    private NotSimulated() {}

    /** Whether the real cloud has a path that no route of the simulator serves. */
    static boolean covers(String path) {
        List<String> words =
                Arrays.stream(path.split("/")).filter(word -> !word.isEmpty()).toList();
        if (words.isEmpty() || !words.get(0).equals("v1")) {
            return false;
        }
        boolean ofProduct = words.size() > 3 && words.get(1).equals("products");
        int area = ofProduct ? 3 : 1;
        if (words.size() <= area) {
            return false;
        }
        return words.get(area).equals("devices")
                ? words.subList(area + 1, words.size()).stream()
                        .anyMatch(word -> OF_DEVICE.contains(word) || word.equals("events"))
                : AREAS.contains(words.get(area));
    }
}
