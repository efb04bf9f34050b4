package io.fleetcommand.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.doctor.Check;
import io.fleetcommand.operations.doctor.CheckReport;
import io.fleetcommand.operations.doctor.Checkup;
import io.fleetcommand.operations.doctor.CloudSession;
import io.fleetcommand.operations.doctor.Examination;
import io.fleetcommand.operations.doctor.Finding;
import io.fleetcommand.operations.doctor.TokenGiver;
import io.fleetcommand.registry.Tls;
import io.fleetcommand.text.VisibleText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints what checks find. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Checks an installation one by one, says what is wrong and what to do, and changes nothing: the brokers,"
                    + " topics and partitions, rights, the schema registry and compatibility, the policy, the token-service"
                    + " and its source, the cloud's address, TLS and clock, a device listing, the read of a variable.",
            "It looks at the stack of ./fleet up, or at what --config says: a processor's own settings file, or Kafka"
                    + " client settings. With --cloud it looks at a cloud alone.",
            "With --contract it compares the cloud's answers to harmless calls with what is known of them, and names the"
                    + " simulator's knob that behaves alike.",
            "Exit code 0: nothing has failed; 1: something has. Each check says how many calls of the quota it took."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./fleet doctor",
            "  ./fleet doctor --config processor.properties --as processor --device ID",
            "  ./fleet doctor --cloud https://api.particle.io --product 12345 --client-id my-product-1234 \\",
            "      --client-secret-file secret.txt --contract"
        })
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private CloudOptions cloud = new CloudOptions();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "who may command what; else the settings' policy.file")
    private Optional<Path> policy = Optional.empty();

    @Option(names = "--as", paramLabel = "PRINCIPAL", description = "of the file of rights: whether it has them")
    private Optional<String> principal = Optional.empty();

    @Option(
            names = "--acls",
            paramLabel = "FILE",
            defaultValue = "${sys:fleet.home:-.}/deploy/acls.yaml",
            description = "the rights (deploy/acls.yaml)")
    private Path acls;

    @Option(names = "--device", paramLabel = "ID", converter = DeviceId.class, description = "whose variable is read")
    private Optional<String> device = Optional.empty();

    @Option(names = "--variable", paramLabel = "NAME", description = "which one; else the first that the device has")
    private Optional<String> variable = Optional.empty();

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "PEM file of the authority that vouches for the cloud; without it, those of the JDK")
    private Optional<Path> authority = Optional.empty();

    @Option(names = "--contract", description = "compare the cloud's answers with its contract, point by point")
    private boolean contract;

    @Mixin
    private OutputOption output = new OutputOption();

    @Override
    public Integer call() {
        Optional<Examination.DeviceCloud> named = namedCloud();
        InstalledSettings settings = named.isPresent() ? InstalledSettings.NONE : settings();
        Optional<Examination.DeviceCloud> product = named.or(() -> settings.cloud()
                .map(address -> withToken(
                        session(address, settings.product(), settings.isByAccount()), settings.tokenService(), false)));
        Examination examination = new Examination(
                named.isPresent() ? Optional.empty() : Optional.of(kafka(settings)),
                policy.or(settings::policy),
                product);
        try {
            return print(examination.checks());
        } finally {
            product.flatMap(Examination.DeviceCloud::token).ifPresent(this::close);
        }
    }

    /** What the checks found counts, whatever becomes of the token that was made for them. */
    private void close(TokenGiver giver) {
        try {
            giver.close();
        } catch (Exception failed) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("the token that was made for these checks could not be revoked: "
                    + VisibleText.of(String.valueOf(failed.getMessage())));
            err.flush();
        }
    }

    private int print(List<Check> checks) {
        PrintWriter out = spec.commandLine().getOut();
        List<CheckReport> reports = new Checkup(checks).run(report -> {
            out.println(output.isJson() ? json(report) : CheckLine.of(report));
            out.flush();
        });
        long failed = count(reports, Finding.Status.FAILED);
        if (!output.isJson()) {
            out.printf(
                    "%d failed, %d warnings; %d calls of the cloud's quota%n",
                    failed,
                    count(reports, Finding.Status.WARNING),
                    reports.stream()
                            .mapToInt(report -> report.finding().calls())
                            .sum());
            out.flush();
        }
        return failed == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
    }

    private static long count(List<CheckReport> reports, Finding.Status status) {
        return reports.stream()
                .filter(report -> report.finding().status() == status)
                .count();
    }

    private static String json(CheckReport report) {
        Finding finding = report.finding();
        return JsonNodeFactory.instance
                .objectNode()
                .put("check", report.check())
                .put("status", CheckLine.word(finding))
                .put("found", finding.found())
                .put("advice", finding.advice())
                .put("calls", finding.calls())
                .put("took_ms", report.took().toMillis())
                .toString();
    }

    private Optional<Examination.DeviceCloud> namedCloud() {
        if (cloud.url().isEmpty()) {
            return Optional.empty();
        }
        String address = cloud.url().get();
        CloudOptions.addressFault(address).ifPresent(fault -> {
            throw new ParameterException(spec.commandLine(), "--cloud " + fault);
        });
        String product = cloud.product()
                .orElseThrow(
                        () -> new ParameterException(spec.commandLine(), "--cloud needs --product, its id or slug"));
        CloudSession session = session(CloudOptions.withoutSlash(address), product, false);
        return Optional.of(withToken(session, cloud.giver(session), true));
    }

    private CloudSession session(String address, String product, boolean byAccount) {
        Optional<SSLContext> trusted = authority.map(
                file -> Tls.from(Map.of("ssl.truststore.type", "PEM", "ssl.truststore.location", file.toString()))
                        .context());
        return new CloudSession(address, product, byAccount, trusted, InstantSource.system());
    }

    private Examination.DeviceCloud withToken(CloudSession session, Optional<TokenGiver> giver, boolean called) {
        return new Examination.DeviceCloud(session, giver, called, device, variable, contract);
    }

    private InstalledSettings settings() {
        return cluster.settingsFile().map(InstalledSettings::read).orElse(InstalledSettings.NONE);
    }

    private Examination.Cluster kafka(InstalledSettings settings) {
        Topics topics = settings.prefix().map(Topics::new).orElseGet(cluster::topics);
        return new Examination.Cluster(
                settings.admin(cluster.bootstrapServersFlag()),
                settings.registry(cluster.registryFlag()),
                topics,
                settings.requests(topics),
                settings.quotaTopic(topics),
                acls,
                settings.application(),
                principal);
    }
}
