package io.fleetcommand.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.operations.doctor.Finding.Status;
import io.fleetcommand.registry.Tls;
import io.fleetcommand.service.Secret;
import io.fleetcommand.simulator.Simulator;
import io.fleetcommand.simulator.SimulatorOptions;
import io.fleetcommand.simulator.accounts.Credentials;
import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.simulator.fleet.FleetPlan;
import io.fleetcommand.simulator.fleet.Timing;
import io.fleetcommand.simulator.limits.LimitRules;
import io.fleetcommand.simulator.profile.Knob;
import io.fleetcommand.simulator.profile.Profile;
import io.fleetcommand.simulator.profile.Setting;
import io.fleetcommand.simulator.timing.Latency;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The checks of a cloud, against the simulator in place of the real one. */
class CloudChecksTest {
    private static final Secret OWNER = Secret.of("0123456789abcdef0123456789abcdef01234567");
    private static final String PRODUCT = "12345";

    @TempDir
    private Path folder;

    @Test
    void aCloudThatIsWellPassesEveryCheck() {
        try (Simulator simulator = simulator(Profile.CURRENT)) {
            assertThat(run(simulator.url(), new TokenInHand(OWNER, "a file"), InstantSource.system(), true)
                            .values())
                    .extracting(Finding::status)
                    .doesNotContain(Status.FAILED, Status.WARNING);
        }
    }

    static Stream<Setting> shown() {
        return Arrays.stream(Setting.values())
                .filter(setting ->
                        !Contract.NOT_ASKED.containsKey(setting.knob().word())
                                && !setting.knob().word().matches("throttle-body|retry-after"));
    }

    @ParameterizedTest
    @MethodSource("shown")
    void theKnobThatFitsIsNamed(Setting setting) {
        String knob = setting.knob().word() + "=" + setting.word();
        try (Simulator simulator = simulator(Profile.CURRENT.with(setting))) {
            Map<String, Finding> findings =
                    run(simulator.url(), new TokenInHand(OWNER, "a file"), InstantSource.system(), true);

            assertThat(findings.values())
                    .filteredOn(finding -> finding.found().contains("(" + knob + ")"))
                    .hasSize(1);
            boolean standard = setting.knob().settings().get(0) == setting;
            assertThat(findings.values())
                    .filteredOn(finding -> finding.advice().contains("./fleet sim --knob " + knob))
                    .hasSize(standard ? 0 : 1);
        }
    }

    @Test
    void everyKnobIsEitherAskedAboutOrSaidNotToBe() {
        Set<String> asked = shown().map(setting -> setting.knob().word()).collect(Collectors.toSet());
        Set<String> all = new HashSet<>(asked);
        all.addAll(Contract.NOT_ASKED.keySet());
        all.addAll(Set.of("throttle-body", "retry-after"));

        assertThat(all).isEqualTo(Arrays.stream(Knob.values()).map(Knob::word).collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @CsvSource({"json, 0", "double-encoded, 1", "html, 1"})
    void theFormOfA429IsNamed(String form, int knobs) {
        SimulatorOptions narrow = options(Profile.CURRENT.with("throttle-body", form))
                .with(LimitRules.DEFAULT.withLimit(1, Duration.ofMinutes(5)));
        try (Simulator simulator = Simulator.start(narrow)) {
            Map<String, Finding> findings =
                    run(simulator.url(), new TokenInHand(OWNER, "a file"), InstantSource.system(), true);

            assertThat(findings.get("device listing").status()).isEqualTo(Status.FAILED);
            assertThat(findings.get("device listing").found()).contains("429");
            Finding shape = findings.get("contract: throttle-body, retry-after");
            assertThat(shape.found()).isEqualTo("429 with a body of the form " + form + ", without Retry-After");
            assertThat(shape.advice().contains("--knob throttle-body=" + form)).isEqualTo(knobs == 1);
        }
    }

    @Test
    void aCloudThatCannotBeReachedIsNamed() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Map<String, Finding> findings =
                run("http://127.0.0.1:" + free, new TokenInHand(OWNER, "a file"), InstantSource.system(), false);

        assertThat(findings.get("cloud address"))
                .isEqualTo(Finding.failed(
                        "http://127.0.0.1:" + free + " cannot be reached: nothing listens there",
                        "check the address, firewalls on the way, and whether a proxy is needed"));
        assertThat(findings.get("device listing")).isEqualTo(Finding.skipped("because of \"cloud address\""));
    }

    @Test
    void aNameWithoutAnAddressIsNamed() {
        assertThat(run("https://no-such-host.invalid", new TokenInHand(OWNER, "a file"), InstantSource.system(), false)
                        .get("cloud address")
                        .found())
                .isEqualTo("https://no-such-host.invalid cannot be reached: there is no address for"
                        + " no-such-host.invalid");
    }

    @ParameterizedTest
    @CsvSource({"-300, behind, FAILED", "300, ahead of, FAILED", "20, ahead of, WARNING"})
    void aClockThatIsOffIsNamed(long seconds, String direction, Status status) {
        InstantSource off = () -> Instant.now().plusSeconds(seconds);
        try (Simulator simulator = simulator(Profile.CURRENT)) {
            Finding clock = run(simulator.url(), new TokenInHand(OWNER, "a file"), off, false)
                    .get("clock");

            assertThat(clock.status()).as(clock.found()).isEqualTo(status);
            assertThat(clock.found()).contains(direction);
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNamedAndNoSecretSent() throws Exception {
        try (Simulator simulator = simulator(Profile.CURRENT)) {
            String url = simulator.httpsUrl().orElseThrow();
            Map<String, Finding> untrusted = run(url, new TokenInHand(OWNER, "a file"), InstantSource.system(), false);
            assertThat(untrusted.get("TLS").status()).isEqualTo(Status.FAILED);
            assertThat(untrusted.get("TLS").found())
                    .isEqualTo("no authority that is trusted vouches for the certificate of " + url);
            assertThat(untrusted.get("token")).isEqualTo(Finding.skipped("because of \"TLS\""));

            Path pem = Files.writeString(
                    folder.resolve("ca.pem"), simulator.certificatePem().orElseThrow());
            SSLContext trusted = Tls.from(
                            Map.of("ssl.truststore.type", "PEM", "ssl.truststore.location", pem.toString()))
                    .context();
            Map<String, Finding> good = run(
                    session(url, InstantSource.system(), Optional.of(trusted)),
                    new TokenInHand(OWNER, "a file"),
                    false);
            assertThat(good.get("TLS")).isEqualTo(Finding.ok("the certificate of " + url + " is trusted"));
            assertThat(good.get("device listing").status()).isEqualTo(Status.OK);
        }
    }

    @Test
    void aBadTokenIsNamedAndNotShown() {
        Secret bad = Secret.of("ffffffffffffffffffffffffffffffffffffffff");
        try (Simulator simulator = simulator(Profile.CURRENT)) {
            Finding listing = run(simulator.url(), new TokenInHand(bad, "a file"), InstantSource.system(), false)
                    .get("device listing");

            assertThat(listing.status()).isEqualTo(Status.FAILED);
            assertThat(listing.found())
                    .isEqualTo("the cloud refuses the token: 401 invalid_token")
                    .doesNotContain(bad.reveal());
        }
    }

    @Test
    void aClientsTokenIsMadeAndABadSecretNamed() throws Exception {
        try (Simulator simulator = simulator(Profile.CURRENT)) {
            CloudSession session = session(simulator.url(), InstantSource.system(), Optional.empty());
            TokenOfClient good = new TokenOfClient(session, "fleet-command-1001", Secret.of("simulated-client-secret"));
            assertThat(run(session, good, false).get("device listing").status()).isEqualTo(Status.OK);
            good.close();

            Finding bad = run(session, new TokenOfClient(session, "fleet-command-1001", Secret.of("wrong")), false)
                    .get("token");
            assertThat(bad.status()).isEqualTo(Status.FAILED);
            assertThat(bad.found())
                    .isEqualTo("the cloud refuses the id or secret of the client fleet-command-1001 (400)");
            assertThat(bad.advice()).contains("ten wrong ones in a row lock this address out");
            assertThat(bad.calls()).isEqualTo(1);
        }
    }

    @Test
    void theDevicesOfAnAccountAreAddressedWithoutAProduct() {
        try (Simulator simulator = simulator(Profile.CURRENT)) {
            String device = new Simulation(simulator.controlUrl())
                    .fleet().stream()
                            .filter(Simulation.Device::online)
                            .findFirst()
                            .orElseThrow()
                            .id();
            CloudSession session = new CloudSession(
                    simulator.url(), "no-such-product", true, Optional.empty(), InstantSource.system());
            Map<String, Finding> findings = run(session, new TokenInHand(OWNER, "a file"), Optional.of(device), false);

            assertThat(findings.get("device listing"))
                    .isEqualTo(Finding.ok("the token's account has devices").after(1));
            assertThat(findings.get("variable read").status()).isEqualTo(Status.OK);
            assertThat(findings.get("variable read").calls()).isEqualTo(2);
        }
    }

    @Test
    void aDeviceOfAnotherAccountIsNamedWithWhatToDo() {
        try (Simulator simulator = simulator(Profile.CURRENT)) {
            CloudSession session =
                    new CloudSession(simulator.url(), PRODUCT, true, Optional.empty(), InstantSource.system());
            Finding read = run(
                            session, new TokenInHand(OWNER, "a file"), Optional.of("e00fce68ffffffffffffffff"), false)
                    .get("variable read");

            assertThat(read.status()).isEqualTo(Status.FAILED);
            assertThat(read.found()).startsWith("the cloud denies to look at devices of the token's account: 403");
            assertThat(read.advice()).isEqualTo("see that the device is claimed to the account whose token this is");
        }
    }

    @Test
    void aPolicyIsReadAndItsFaultsNamed() throws Exception {
        Path file = folder.resolve("policy.yaml");
        assertThat(new PolicyCheck(file).run().status()).isEqualTo(Status.FAILED);
        Files.writeString(file, "rules: []\n");
        assertThat(new PolicyCheck(file).run().status()).isEqualTo(Status.WARNING);
        Files.writeString(file, "roles: []\n");
        assertThat(new PolicyCheck(file).run().found()).contains("there is no key roles");
        assertThat(new PolicyCheck(Path.of("..", "deploy", "policy", "allow-all.yaml"))
                        .run()
                        .status())
                .isEqualTo(Status.OK);
    }

    private static Map<String, Finding> run(String url, TokenGiver giver, InstantSource clock, boolean contract) {
        return run(session(url, clock, Optional.empty()), giver, contract);
    }

    private static Map<String, Finding> run(CloudSession session, TokenGiver giver, boolean contract) {
        return run(session, giver, Optional.empty(), contract);
    }

    private static Map<String, Finding> run(
            CloudSession session, TokenGiver giver, Optional<String> device, boolean contract) {
        List<Check> checks = new Examination(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new Examination.DeviceCloud(
                                session, Optional.of(giver), true, device, Optional.empty(), contract)))
                .checks();
        return new Checkup(checks)
                .run(report -> {}).stream().collect(Collectors.toMap(CheckReport::check, CheckReport::finding));
    }

    private static CloudSession session(String url, InstantSource clock, Optional<SSLContext> trusted) {
        return new CloudSession(url, PRODUCT, false, trusted, clock);
    }

    private static Simulator simulator(Profile profile) {
        return Simulator.start(options(profile));
    }

    private static SimulatorOptions options(Profile profile) {
        return new SimulatorOptions(
                "127.0.0.1",
                0,
                OptionalInt.of(0),
                0,
                new FleetPlan(10, 0.5, 0, 0, 7),
                List.of(),
                Timing.DEFAULT.withLatency(Latency.parse("1ms")).withDeviceTimeout(Duration.ofMillis(200)),
                Credentials.DEFAULT.withOwnerToken(OWNER),
                LimitRules.DEFAULT,
                profile);
    }
}
