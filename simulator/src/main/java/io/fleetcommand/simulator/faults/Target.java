package io.fleetcommand.simulator.faults;

/**
 * What a request is about, as far as a fault can tell requests apart.
 *
 * @param route such as {@code function}, {@code variable}, {@code token}
 * @param device id, or empty
 * @param name of the function or variable, or empty
 */
public record Target(String route, String device, String name) {}
