package io.fleetcommand.examples.spring;

import io.fleetcommand.model.CommandResult;
import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Guarantee;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Sends many commands at once, and prints the result of each.
 *
 * <p>Arguments: brokers, registry, request topic, reply topic, how many commands, {@code patient} or {@code impatient}
 * (waits too short for each result, and sends the same command again), and the devices.
 */
public final class Main {
    private static final int FIRST_DEVICE = 6;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration TOO_SHORT = Duration.ofMillis(1);

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        List<String> devices = List.of(Arrays.copyOfRange(arguments, FIRST_DEVICE, arguments.length));
        boolean impatient = arguments[5].equals("impatient");
        String group = "spring-example-" + UUID.randomUUID();
        try (FleetClient client = new FleetClient(arguments[0], arguments[1], arguments[2], arguments[3], group)) {
            List<CompletableFuture<String>> lines = new ArrayList<>();
            for (int i = 0; i < Integer.parseInt(arguments[4]); i++) {
                DeviceCommand command = command(devices.get(i % devices.size()), "on");
                lines.add(result(client, command, impatient).thenApply(result -> inWords(command, result)));
            }
            lines.forEach(line -> System.out.println(line.join()));
        }
    }

    private static DeviceCommand command(String device, String argument) {
        return DeviceCommand.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setDeviceId(device)
                .setFunction("setLed")
                .setArgument(argument)
                .setGuarantee(Guarantee.AT_MOST_ONCE)
                .setRequester("spring-example")
                .setCreatedAt(Instant.now())
                .build();
    }

    private static CompletableFuture<CommandResult> result(
            FleetClient client, DeviceCommand command, boolean impatient) {
        return impatient
                ? client.send(command, TOO_SHORT).exceptionallyCompose(late -> client.send(command, LIMIT))
                : client.send(command, LIMIT);
    }

    /** Says so if the result is another request's, which would be a fault. */
    private static String inWords(DeviceCommand command, CommandResult result) {
        boolean isItsOwn = result.getRequestId().equals(command.getRequestId())
                && result.getDeviceId().equals(command.getDeviceId());
        return command.getRequestId() + " " + result.getStatus() + (isItsOwn ? "" : " OF ANOTHER REQUEST");
    }
}
