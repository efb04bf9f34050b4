package io.fleetcommand.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.policy.PolicyFile;
import io.fleetcommand.text.VisibleText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The policy file, tried out before it is installed. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Says what a policy file allows.")
final class PolicyCommand {
    private static final int ALLOWED = 0;
    private static final int DENIED = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = {
                "Explains what a policy says to one request: which rule allows it, and with what quota, or why none does.",
                "REQUEST.json holds fields of a DeviceCommand or VariablePoll; what counts is product, function and "
                        + "argument, or variable, and priority: {\"product\": \"12345\", \"function\": \"setLed\", "
                        + "\"argument\": \"on\"}. With --reply-to it says too whether the request may name that reply topic. "
                        + "Exit code: 0 allowed, 1 denied or not to be judged."
            })
    int check(
            @Parameters(paramLabel = "FILE", description = "policy, in YAML") Path policy,
            @Parameters(paramLabel = "REQUEST.json") Path request,
            @Option(
                            names = "--topic",
                            description = "that it would be written to; without it, fleet.commands or fleet.polls")
                    Optional<String> topic,
            @Option(names = "--product", description = "of a request that names none, as the processor's setting")
                    Optional<String> product,
            @Option(names = "--reply-to", paramLabel = "TOPIC", description = "that it would name in its headers")
                    Optional<String> replyTo)
            throws IOException {
        AccessPolicy rules = PolicyFile.parse(policy.toString(), Files.readAllBytes(policy));
        JsonNode asked = JSON.readTree(request.toFile());
        Action action = action(asked);
        Topics topics = new Topics(Topics.DEFAULT_PREFIX);
        boolean command = action instanceof Action.Call;
        String source = topic.orElse(command ? topics.commands() : topics.polls());
        AccessPolicy.Decision decision = rules.decide(
                source, product(asked, product), action, priority(asked, command ? Priority.NORMAL : Priority.BULK));
        PrintWriter out = spec.commandLine().getOut();
        out.println(decision.allowedBy()
                .map(rule -> "allowed on " + source + " by the rule: " + rule.name() + share(rule))
                .orElse("denied on " + source + (rules.rules().isEmpty() ? ": the policy has no rules" : "")));
        decision.objections().forEach(objection -> out.println("  " + VisibleText.of(objection.words())));
        boolean mayReply =
                replyTo.map(wanted -> rules.mayReplyTo(source, wanted)).orElse(true);
        replyTo.ifPresent(wanted -> out.println("reply topic " + wanted
                + (mayReply ? ": allowed" : ": denied, no entry of replies has it") + " on " + source));
        return decision.isAllowed() && mayReply ? ALLOWED : DENIED;
    }

    private static String share(AccessPolicy.Rule rule) {
        return rule.rateCap()
                .map(rateCap -> ", whose calls may take " + rateCap.percent() + " % of the quota")
                .orElse("");
    }

    private Action action(JsonNode asked) {
        if (asked.hasNonNull("function") == asked.hasNonNull("variable")) {
            throw wrong("the request must have either function or variable");
        }
        return asked.hasNonNull("function")
                ? new Action.Call(
                        asked.path("function").asText(), asked.path("argument").asText(""))
                : new Action.Read(asked.path("variable").asText(), 0);
    }

    private String product(JsonNode asked, Optional<String> standard) {
        return asked.hasNonNull("product")
                ? asked.path("product").asText()
                : standard.orElseThrow(() -> wrong("the request names no product: give --product"));
    }

    private Priority priority(JsonNode asked, Priority standard) {
        String named = asked.path("priority").asText(standard.name());
        return Arrays.stream(Priority.values())
                .filter(priority -> priority.name().equals(named))
                .findFirst()
                .orElseThrow(() -> wrong("priority " + named + " is none of " + Arrays.toString(Priority.values())));
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.subcommands().get("check"), why);
    }
}
