package io.fleetcommand.simulator.faults;

/**
 * The properties of a request by which faults select requests.
 *
 * @param route such as {@code function}, {@code variable}, {@code token}
 * @param device device id, or empty
 * @param name name of the function or variable, or empty
 */
public record FaultTarget(String route, String device, String name) {}
