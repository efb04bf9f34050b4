package io.fleetcommand.stack.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test class against the real system on this machine: broker, schema registry, simulator, token-service and
 * processors, each a process of its own. The test asks for what it needs by parameters: a
 * {@link io.fleetcommand.stack.LocalStack} to stop and start parts, {@link
 * io.fleetcommand.operations.stack.StackAddresses} for its clients, a {@link
 * io.fleetcommand.operations.kafka.Kafka} with clients ready to use, and a {@link
 * io.fleetcommand.simulator.client.Simulation}, which injects faults and knows what really ran on the devices.
 *
 * <p>Test classes with the same values share one stack, which ends with the last test of the JVM. A class that breaks
 * what others need asks for one of its own by {@link #shared()}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(FleetStackExtension.class)
public @interface FleetStack {
    /** Devices of the simulated fleet. */
    int devices() default 20;

    /** Share of the devices that are offline, from 0 to 1. */
    double offline() default 0;

    /** Instances of the processor. */
    int processors() default 1;

    /** Further settings of the processor, each as {@code name=value}. */
    String[] settings() default {};

    /** Further options of the simulator, as on its command line. */
    String[] simulator() default {};

    /** Whether other test classes with the same values may use the same stack. */
    boolean shared() default true;
}
