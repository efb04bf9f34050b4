package io.fleetcommand.cli;

import io.fleetcommand.cli.stack.Addresses;
import io.fleetcommand.cli.stack.Installation;
import io.fleetcommand.cli.stack.LocalStack;
import io.fleetcommand.cli.stack.StackOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the whole system on this machine until it is interrupted. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Starts the whole system on this machine and keeps it running until Ctrl-C.")
final class UpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            description = "folder to keep topics, schemas and state in; without it they are thrown away")
    private Optional<Path> data;

    @Option(names = "--devices", defaultValue = "200", description = "how many (${DEFAULT-VALUE})")
    private int devices;

    @Option(names = "--offline", defaultValue = "0.05", description = "share of devices offline (${DEFAULT-VALUE})")
    private double offline;

    @Option(names = "--seed", defaultValue = "7", description = "of the fleet (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--processors", defaultValue = "1", description = "instances of the processor (${DEFAULT-VALUE})")
    private int processors;

    @Option(names = "--secured", description = "with TLS, passwords and the rights of deploy/acls.yaml")
    private boolean secured;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        StackOptions options = StackOptions.standard()
                .withData(data)
                .withProcessors(processors)
                .withSecurity(secured)
                .withSimulator(
                        "--devices", Integer.toString(devices),
                        "--offline", Double.toString(offline),
                        "--seed", Long.toString(seed));
        out.println("starting ...");
        out.flush();
        LocalStack stack = LocalStack.start(Installation.find(), options);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            RunningStack.forget();
                            stack.close();
                        },
                        "stack-down"));
        Addresses at = stack.addresses();
        RunningStack.remember(
                at,
                IntStream.rangeClosed(1, processors)
                        .mapToObj(stack::processorUrl)
                        .toList(),
                stack.operatorSecretFile());
        out.printf(
                "Kafka            %s%nschema registry  %s%ndevice cloud     %s%n  its control    %s%ntoken-service    %s%n",
                at.bootstrapServers(), at.registry(), at.cloud(), at.control(), at.tokenService());
        for (int number = 1; number <= processors; number++) {
            out.printf("processor %d      %s%n", number, stack.processorUrl(number));
        }
        out.printf("logs             %s%n%n", stack.logs());
        String as = secured ? " --config " + stack.clientFile("operator") : "";
        if (secured) {
            out.println("super user       --config " + stack.clientFile("admin"));
        }
        out.println("In another terminal, with a device id from GET " + at.control() + "/fleet:");
        out.println("  ./fleet send" + as + " DEVICE setLed on");
        out.println("  ./fleet poll" + as + " DEVICE temperature");
        out.println("  ./fleet status");
        out.println("Ctrl-C ends it.");
        out.flush();
        new CountDownLatch(1).await();
        return 0;
    }
}
