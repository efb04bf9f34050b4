package io.fleetcommand.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.operations.TokenServiceClient;
import io.fleetcommand.operations.stack.RunningStack;
import io.fleetcommand.operations.stack.RunningStacks;
import io.fleetcommand.service.BearerText;
import io.fleetcommand.service.Secret;
import io.fleetcommand.text.VisibleText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Shows how the token's rotation stands, and orders one. Never sees the token. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "WHAT",
        description = "Shows how the rotation of the token stands, or orders a new token; never shows a token.")
final class TokenCommand {
    private static final int FAILED = 1;
    private static final long LOOK_EVERY_MS = 200;
    private static final int LONGEST = 500;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--url",
            scope = ScopeType.INHERIT,
            split = ",",
            description = "the token-service's replicas, by commas; without it, those of ./fleet up")
    private List<String> urls = List.of();

    @Option(
            names = "--secret-file",
            scope = ScopeType.INHERIT,
            description =
                    "file with the secret of a caller that is an operator, which nobody else may read; without it, that"
                            + " of ./fleet up")
    private Optional<Path> secretFile = Optional.empty();

    @Option(
            names = "--ca-file",
            scope = ScopeType.INHERIT,
            description = "PEM file of the authority that vouches for the replicas; without it, those of the JDK")
    private Optional<Path> authority = Optional.empty();

    @Option(
            names = "--stack",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "the stack of ./fleet up that is meant, where several are up; or FLEET_STACK")
    private Optional<String> stack = Optional.empty();

    @Command(
            mixinStandardHelpOptions = true,
            description = "How the rotation stands at each replica. Exit code 1: no replica has a token to give.")
    int status() {
        PrintWriter out = spec.commandLine().getOut();
        boolean usable = false;
        for (TokenServiceClient replica : replicas()) {
            TokenServiceClient.Standing standing = replica.standing();
            if (standing.status().isEmpty()) {
                out.printf("%s  %s%n", replica.url(), standing.obstacle());
                continue;
            }
            usable |= standing.status().get().path("usable").asBoolean();
            print(out, replica, standing.status().get());
        }
        out.flush();
        return usable ? 0 : FAILED;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Orders a new token and waits until it is given out. Exit code 1: none came in time.")
    int rotate(
            @Option(names = "--timeout", defaultValue = "180", description = "seconds to wait (${DEFAULT-VALUE})")
                    long seconds)
            throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<TokenServiceClient> replicas = replicas();
        long before = replicas.stream()
                .flatMap(replica -> replica.order().stream())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no replica takes the order: see ./fleet token status"));
        long endNanos = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (System.nanoTime() < endNanos) {
            Optional<Long> version = replicas.stream()
                    .flatMap(replica -> replica.status().stream())
                    .map(status -> status.path("version").asLong())
                    .filter(now -> now > before)
                    .findFirst();
            if (version.isPresent()) {
                out.printf("token %d is published%n", version.get());
                out.flush();
                return 0;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        }
        out.printf("no newer token than %d within %d s; see ./fleet token status%n", before, seconds);
        out.flush();
        return FAILED;
    }

    private static void print(PrintWriter out, TokenServiceClient replica, JsonNode status) {
        out.printf(
                "%s  %s%n  next: %s%n",
                replica.url(), status.path("leads").asBoolean() ? "leads" : "follows", text(status, "next"));
        if (status.path("alarm").asBoolean()) {
            out.printf(
                    "  ALARM: %d attempts in a row gave no token; no further one before %s%n",
                    status.path("failed_mints_in_a_row").asInt(), text(status, "no_mint_before"));
        }
        if (status.path("refused_by_cloud").asBoolean()) {
            out.printf("  the cloud refuses the current token%n");
        }
        status.path("tokens")
                .forEach(token -> out.printf(
                        "  token %d  %-8s minted %s, ends %s%n",
                        token.path("version").asLong(),
                        text(token, "phase"),
                        text(token, "minted_at"),
                        VisibleText.of(token.path("expires_at").asText("when it is revoked"), LONGEST)));
    }

    private static String text(JsonNode node, String field) {
        return VisibleText.of(node.path(field).asText(), LONGEST);
    }

    private List<TokenServiceClient> replicas() {
        Secret secret = secret();
        List<String> known = urls.isEmpty()
                ? stack().map(up -> Stream.of(up.addresses().tokenService().split(","))
                                .toList())
                        .orElseThrow(() -> missing("--url"))
                : urls;
        return known.stream()
                .map(url -> new TokenServiceClient(url.strip(), secret, authority))
                .toList();
    }

    private Optional<RunningStack> stack() {
        return RunningStacks.ofCheckout().choose(StackName.given(stack));
    }

    private Secret secret() {
        Path file = secretFile
                .or(() -> stack().map(RunningStack::operatorSecretFile))
                .orElseThrow(() -> missing("--secret-file"));
        Secret secret = SecretFile.read(file).secret();
        if (!BearerText.isValid(secret.reveal())) {
            throw new IllegalStateException(
                    "the secret in the file " + file + " holds what no HTTP header may have, such as a space");
        }
        return secret;
    }

    private static IllegalStateException missing(String option) {
        return new IllegalStateException("no stack is up: start one with ./fleet up, or give " + option);
    }
}
