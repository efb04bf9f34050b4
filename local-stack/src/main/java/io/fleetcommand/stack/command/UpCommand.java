package io.fleetcommand.stack.command;

import io.fleetcommand.cli.CloudOptions;
import io.fleetcommand.cli.ClusterOptions;
import io.fleetcommand.cli.ExitCodes;
import io.fleetcommand.cli.StackName;
import io.fleetcommand.operations.stack.RunningStack;
import io.fleetcommand.operations.stack.RunningStacks;
import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.processor.policy.InvalidPolicy;
import io.fleetcommand.processor.policy.PolicyFile;
import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.LocalStack;
import io.fleetcommand.stack.StackOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the whole system on this machine until it is interrupted. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts the whole system on this machine and keeps it running until Ctrl-C.",
            "With --cloud it works with real devices in place of the simulator; nothing else changes. Secrets come from"
                    + " files that only their owner may read, and are not copied. Nothing is allowed until the policy says so."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./fleet up",
            "  ./fleet up --cloud https://api.particle.io --product 12345 --client-id my-product-1234 \\",
            "      --client-secret-file secret.txt --policy policy.yaml"
        })
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

    @Option(
            names = "--name",
            description = "of the stack, for --stack of the other commands; else stack-1, stack-2, ...")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "who may command what; without it everything is allowed at the simulator, nothing at a real cloud")
    private Optional<Path> policy = Optional.empty();

    @Mixin
    private CloudOptions cloud = new CloudOptions();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        StackOptions options = options();
        if (options.cloud().isPresent()) {
            CloudTrial.pass(options.cloud().get(), cloud, out);
        }
        RunningStacks stacks = RunningStacks.ofCheckout();
        List<RunningStack> beside = stacks.up();
        RunningStacks.Reservation reservation = stacks.reserve(name);
        out.println("starting " + reservation.name() + " ...");
        out.flush();
        Runtime.getRuntime().addShutdownHook(new Thread(reservation::close, "name-free"));
        LocalStack stack = LocalStack.start(Installation.find(), options);
        reservation.publish(new RunningStack(
                reservation.name(),
                stack.addresses(),
                IntStream.rangeClosed(1, processors)
                        .mapToObj(stack.processors()::url)
                        .toList(),
                stack.tokenServices().operatorSecretFile(),
                stack.processors().settingsFile(1)));
        show(out, stack, options);
        hint(out, stack, isTakenForGranted(beside) ? "" : " --stack " + reservation.name());
        new CountDownLatch(1).await();
        return ExitCodes.DONE;
    }

    /** Whether the other commands mean this stack where they name none. */
    private static boolean isTakenForGranted(List<RunningStack> beside) {
        return beside.isEmpty()
                && Stream.of(ClusterOptions.CONFIG_VARIABLE, StackName.VARIABLE)
                        .map(variable -> System.getenv().getOrDefault(variable, ""))
                        .allMatch(String::isBlank);
    }

    private StackOptions options() {
        StackOptions local = StackOptions.standard()
                .withData(data)
                .withProcessors(processors)
                .withSecurity(secured)
                .withPolicy(policy.map(this::checked));
        return cloud.real(spec.commandLine())
                .map(local::withCloud)
                .orElseGet(() -> local.withSimulator(
                        "--devices", Integer.toString(devices),
                        "--offline", Double.toString(offline),
                        "--seed", Long.toString(seed)));
    }

    private Path checked(Path file) {
        if (!Files.isReadable(file)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "the policy file " + file + " cannot be read; deploy/policy has examples");
        }
        try {
            PolicyFile.parse(file.toString(), Files.readAllBytes(file));
        } catch (InvalidPolicy | IOException wrong) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), wrong.getMessage() + "; deploy/policy has examples", wrong);
        }
        return file.toAbsolutePath();
    }

    private void show(PrintWriter out, LocalStack stack, StackOptions options) {
        StackAddresses at = stack.addresses();
        out.printf(
                "Kafka            %s%nschema registry  %s%ndevice cloud     %s%n",
                at.bootstrapServers(), at.registry(), at.cloud());
        options.cloud()
                .ifPresentOrElse(
                        real -> out.printf("  product        %s%n", real.product()),
                        () -> out.printf("  its control    %s%n", at.control()));
        out.printf("token-service    %s%n", at.tokenService());
        for (int number = 1; number <= processors; number++) {
            out.printf("processor %d      %s%n", number, stack.processors().url(number));
        }
        out.printf(
                "policy           %s%nlogs             %s%n", stack.processors().policyFile(), stack.logs());
        if (options.cloud().isPresent() && policy.isEmpty()) {
            out.println(
                    "  Real devices: what no rule of the policy allows is refused, and the file begins with no rule.");
            out.println("  It shows what to add; a change holds within seconds."
                    + (data.isPresent() ? "" : " It is deleted at the end: --policy FILE or --data DIR keep it."));
        }
        out.println();
    }

    private void hint(PrintWriter out, LocalStack stack, String which) {
        String as = secured ? " --config " + stack.clientFile("operator") : which;
        if (secured) {
            out.println("super user       --config " + stack.clientFile("admin"));
        }
        String control = stack.addresses().control();
        out.println("In another terminal"
                + (control.isEmpty()
                        ? ", with the id of a device of the product, and functions and variables that it has:"
                        : ", with a device id from GET " + control + "/fleet:"));
        out.println("  ./fleet doctor" + which);
        out.println("  ./fleet send" + as + " DEVICE setLed on");
        out.println("  ./fleet poll" + as + " DEVICE temperature");
        out.println("  ./fleet status" + which);
        out.println("Ctrl-C ends it.");
        out.flush();
    }
}
