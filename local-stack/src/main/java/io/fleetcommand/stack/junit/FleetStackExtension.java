package io.fleetcommand.stack.junit;

import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the stack that {@link FleetStack} describes, and gives its parts to tests as parameters. */
final class FleetStackExtension implements BeforeAllCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(FleetStackExtension.class);

    private static final Map<Class<?>, Function<LocalStack, Object>> PARTS = Map.of(
            LocalStack.class, stack -> stack,
            StackAddresses.class, LocalStack::addresses,
            Kafka.class,
                    stack -> new Kafka(
                            stack.addresses().bootstrapServers(),
                            stack.addresses().registry()),
            Simulation.class, stack -> new Simulation(stack.addresses().control()));

    @Override
    public void beforeAll(ExtensionContext context) {
        stack(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return PARTS.containsKey(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return PARTS.get(parameter.getParameter().getType()).apply(stack(context));
    }

    /** The stack of a test class; the first class that asks for one starts it. */
    private static LocalStack stack(ExtensionContext context) {
        Class<?> test = context.getRequiredTestClass();
        FleetStack wanted =
                annotation(test).orElseThrow(() -> new ExtensionConfigurationException(test + " has no @FleetStack"));
        Object key = wanted.shared() ? wanted : List.of(wanted, test);
        ExtensionContext owner = wanted.shared() ? context.getRoot() : ofClass(context);
        return owner.getStore(NAMESPACE)
                .getOrComputeIfAbsent(key, none -> new Running(start(wanted)), Running.class)
                .stack();
    }

    private static ExtensionContext ofClass(ExtensionContext context) {
        return context.getTestMethod().isPresent() ? context.getParent().orElseThrow() : context;
    }

    /** Of the class or, in a nested one, of the class around it. */
    private static Optional<FleetStack> annotation(Class<?> test) {
        return Stream.<Class<?>>iterate(test, Objects::nonNull, Class::getEnclosingClass)
                .flatMap(type -> Stream.of(type.getAnnotationsByType(FleetStack.class)))
                .findFirst();
    }

    private static LocalStack start(FleetStack wanted) {
        List<String> simulator = Stream.concat(
                        Stream.of(
                                "--devices", Integer.toString(wanted.devices()),
                                "--offline", Double.toString(wanted.offline())),
                        Stream.of(wanted.simulator()))
                .toList();
        return LocalStack.start(
                Installation.find(),
                StackOptions.standard()
                        .withProcessors(wanted.processors())
                        .withProcessor(settings(wanted.settings()))
                        .withSimulator(simulator.toArray(String[]::new)));
    }

    private static Map<String, String> settings(String[] lines) {
        Map<String, String> settings = new HashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals < 1) {
                throw new ExtensionConfigurationException("\"" + line + "\" is no setting: write name=value");
            }
            settings.put(
                    line.substring(0, equals).strip(),
                    line.substring(equals + 1).strip());
        }
        return settings;
    }

    /** A stack that JUnit closes. */
    private record Running(LocalStack stack) implements AutoCloseable {
        @Override
        public void close() {
            stack.close();
        }
    }
}
