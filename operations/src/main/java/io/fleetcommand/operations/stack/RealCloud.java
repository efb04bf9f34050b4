package io.fleetcommand.operations.stack;

import java.util.Map;

/**
 * A device cloud that a stack works with in place of the simulator.
 *
 * @param url its address, without a path
 * @param product id or slug of the product of all devices
 * @param tokenSource the token-service's settings that say where its tokens come from; secrets are references to files
 */
public record RealCloud(String url, String product, Map<String, String> tokenSource) {
    public RealCloud {
        tokenSource = Map.copyOf(tokenSource);
    }
}
