package io.fleetcommand.cli;

import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Guarantee;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Calls one function of one device. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        description = "Publishes one command and prints its result.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it succeeded",
            "1:it did not, or could not be published",
            "3:no result came within --timeout; it may still come"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./fleet send DEVICE setLed on",
            "  ./fleet send DEVICE unlock front --at-most-once --priority URGENT",
            "  ./fleet send DEVICE setLed on --output json | jq .return_value"
        })
final class SendCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private RequestOptions options;

    @Parameters(
            index = "0",
            paramLabel = "DEVICE",
            converter = DeviceId.class,
            description = "device id, 24 hexadecimal digits")
    private String device;

    @Parameters(index = "1", paramLabel = "FUNCTION")
    private String function;

    @Parameters(index = "2", paramLabel = "ARGUMENT", arity = "0..1", defaultValue = "")
    private String argument;

    @Option(names = "--at-most-once", description = "never call again once it may have run")
    private boolean atMostOnce;

    @Override
    public Integer call() {
        String id = UUID.randomUUID().toString();
        Instant now = Instant.now();
        DeviceCommand command = DeviceCommand.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setFunction(function)
                .setArgument(argument)
                .setGuarantee(atMostOnce ? Guarantee.AT_MOST_ONCE : Guarantee.AT_LEAST_ONCE)
                .setPriority(options.priority())
                .setDeadline(now.plus(options.deadline()))
                .setRequester("fleet send")
                .setCreatedAt(now)
                .build();
        return Exchange.run(spec, options, command, id, device, true);
    }
}
