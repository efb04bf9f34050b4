package io.fleetcommand.operations.stack;

/**
 * Where the parts of a running stack are.
 *
 * @param registry base URL of the schema registry
 * @param cloud base URL of the device cloud, simulated or real
 * @param control base URL of the simulator's control API; empty if the cloud is real
 * @param tokenService base URLs of the token-service's replicas, by commas
 */
public record StackAddresses(
        String bootstrapServers, String registry, String cloud, String control, String tokenService) {}
