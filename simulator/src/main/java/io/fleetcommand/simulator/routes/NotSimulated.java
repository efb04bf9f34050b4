package io.fleetcommand.simulator.routes;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The parts of the cloud that the simulator knows of and leaves out. */
final class NotSimulated {
    /** First words of paths below {@code /v1}, and of those below a product. */
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
    /** Last words of paths of one device that are no function or variable. */
    private static final Set<String> OF_DEVICE = Set.of("backup_files", "unprotect");

    private NotSimulated() {}

    /** Whether the cloud has something at this path, which nothing in the simulator has taken. */
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
