package io.fleetcommand.cli;

import io.fleetcommand.model.VariablePoll;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads one variable of one device. */
@Command(
        name = "poll",
        mixinStandardHelpOptions = true,
        description = "Publishes one poll and prints its result.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it succeeded",
            "1:it did not, or could not be published",
            "3:no result came within --timeout; it may still come"
        },
        footerHeading = "%nExamples:%n",
        footer = {"  ./fleet poll DEVICE temperature", "  ./fleet poll DEVICE temperature --output json | jq .value"})
final class PollCommand implements Callable<Integer> {
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

    @Parameters(index = "1", paramLabel = "VARIABLE")
    private String variable;

    @Override
    public Integer call() {
        String id = UUID.randomUUID().toString();
        Instant now = Instant.now();
        VariablePoll poll = VariablePoll.newBuilder()
                .setRequestId(id)
                .setDeviceId(device)
                .setVariable(variable)
                .setPriority(options.priority())
                .setDeadline(now.plus(options.deadline()))
                .setRequester("fleet poll")
                .setCreatedAt(now)
                .build();
        return Exchange.run(spec, options, poll, id, device, false);
    }
}
