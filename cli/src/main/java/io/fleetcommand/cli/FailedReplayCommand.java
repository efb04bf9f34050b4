package io.fleetcommand.cli;

import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.Priority;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.AuditLog;
import io.fleetcommand.operations.AuditedPublisher.Deed;
import io.fleetcommand.operations.FailedRequests;
import io.fleetcommand.operations.Filter;
import io.fleetcommand.operations.OpenRequests;
import io.fleetcommand.operations.Operator;
import io.fleetcommand.operations.Replay;
import io.fleetcommand.operations.ReplayPlan;
import io.fleetcommand.operations.ReplayTerms;
import io.fleetcommand.operations.RequestLookup;
import io.fleetcommand.operations.RequestOutcome;
import io.fleetcommand.operations.kafka.Kafka;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.text.VisibleText;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.AuthorizationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Has failed requests run again. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Has failed requests run again.",
            "Each is published under an id made from its own and the number of the replay: door-7 becomes door-7~r1.",
            "The same replay run twice calls nothing twice. If door-7~r1 fails too, --number 2 makes door-7~r2 of it.",
            "A replay has a new deadline, no not_before, and the priority of --priority; its replay_of names the first"
                    + " request; its result goes to the result topics. Who replayed what is kept in the audit topic.",
            "It is published to the topic that the request came from, and judged by that topic's rights anew. What the"
                    + " policy refused is left out unless --reason POLICY asks for it.",
            "What was refused at first sight, say as OVERLOADED, may be published again under its own id by its caller."
                    + " Such requests are looked up in the request and result topics, and left out if they were."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:published, or nothing was left to replay",
            "1:Kafka refused; what was published is said",
            "2:no filter was given, or it was not confirmed; nothing was done"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./fleet failed replay --reason DEVICE_UNREACHABLE --since 2h --dry-run",
            "  ./fleet failed replay --status EXPIRED --requester billing --rate 5",
            "  ./fleet failed replay --id door-7 --include-may-have-run      an AT_MOST_ONCE command once more",
            "  ./fleet failed replay --since 2h --number 2 --yes             what the first replay left failed"
        })
final class FailedReplayCommand implements Callable<Integer> {
    private static final int SHOWN = 20;
    private static final int WIDEST_KIND = 200;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private FailedOptions failed;

    @Option(names = "--all", description = "everything that is kept, where no other filter is given")
    private boolean all;

    @Option(names = "--number", defaultValue = "1", description = "which replay it is (${DEFAULT-VALUE})")
    private int number;

    @Option(names = "--include-may-have-run", description = "AT_MOST_ONCE commands with OUTCOME_UNKNOWN too")
    private boolean includeMayHaveRun;

    @Option(
            names = "--priority",
            defaultValue = "BULK",
            description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}: behind all live work)")
    private Priority priority;

    @Option(names = "--guarantee", description = "of commands: ${COMPLETION-CANDIDATES} (each one's own)")
    private Optional<Guarantee> guarantee = Optional.empty();

    @Option(names = "--deadline", defaultValue = "3600", description = "seconds until they expire (${DEFAULT-VALUE})")
    private long deadlineSeconds;

    @Option(names = "--rate", defaultValue = "100", description = "publish so many a second (${DEFAULT-VALUE})")
    private double rate;

    @Option(names = "--limit", defaultValue = "10000", description = "replay so many at most (${DEFAULT-VALUE})")
    private int limit;

    @Mixin
    private OperatorOptions operator;

    @Mixin
    private OutputOption output;

    @Override
    public Integer call() {
        Instant now = Instant.now();
        Filter filter = failed.filter(now);
        ReplayTerms terms = terms(filter.reasons());
        if (filter.isEmpty() && !all) {
            throw new ParameterException(
                    spec.commandLine(), "say which failed requests by a filter, such as --since 2h, or --all");
        }
        Kafka kafka = cluster.kafka();
        Topics topics = cluster.topics();
        ReplayPlan plan = plan(filter, terms, now, kafka, topics);
        List<Replay> replays = plan.replays();
        show(plan, replays);
        if (replays.isEmpty() || operator.isDryRun()) {
            return ExitCodes.DONE;
        }
        if (!operator.isConfirmed("Replay these " + replays.size() + " requests?")) {
            spec.commandLine().getErr().println("not confirmed, nothing was published; in scripts add --yes");
            return ExitCodes.MISUSED;
        }
        publish(replays, ("fleet failed replay --number " + number + " " + filter).strip(), kafka, topics);
        return ExitCodes.DONE;
    }

    private ReplayTerms terms(Set<Reason> reasons) {
        try {
            ReplayTerms terms = new ReplayTerms(
                    number,
                    priority,
                    guarantee,
                    Duration.ofSeconds(deadlineSeconds),
                    includeMayHaveRun,
                    reasons,
                    limit);
            if (rate <= 0) {
                throw new IllegalArgumentException("--rate must be above 0");
            }
            return terms;
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage());
        }
    }

    private ReplayPlan plan(Filter filter, ReplayTerms terms, Instant now, Kafka kafka, Topics topics) {
        Progress progress = new Progress(spec.commandLine().getErr(), "records read");
        RequestTopics requests = cluster.requests(spec.commandLine().getErr());
        ReplayPlan plan = new ReplayPlan(terms, requests, new AuditLog(kafka, topics).replays(progress::show), now);
        long unreadable = new FailedRequests(kafka, topics).find(filter, progress::show, plan::consider);
        if (!plan.mayBeAskedAgain().isEmpty()) {
            unreadable += leaveOutAskedAgain(plan, requests, kafka, topics, progress);
        }
        progress.end();
        Unreadable.tell(unreadable, spec.commandLine().getErr());
        return plan;
    }

    /** Gives the number of records that could not be read. */
    private long leaveOutAskedAgain(
            ReplayPlan plan, RequestTopics requests, Kafka kafka, Topics topics, Progress progress) {
        try (RequestLookup inquiry = new RequestLookup(kafka, topics, requests, Optional.empty())) {
            plan.leaveOutAskedAgain(inquiry.asked(plan.mayBeAskedAgain(), progress::show));
            return inquiry.unreadable();
        } catch (AuthorizationException denied) {
            spec.commandLine()
                    .getErr()
                    .println("whether refused requests were asked again cannot be read: " + denied.getMessage()
                            + "; they are left out unless --reason names theirs");
            plan.leaveOutAskedAgain(OpenRequests.unknown());
            return 0;
        }
    }

    private void publish(List<Replay> replays, String how, Kafka kafka, Topics topics) {
        Operator who = operator.operator(topics);
        List<Deed> deeds = replays.stream()
                .map(replay -> who.replay(replay, how, Instant.now()))
                .toList();
        new Publication(spec, output)
                .publish(
                        kafka,
                        deeds,
                        rate,
                        deeds.size() + " requests published by " + who.name()
                                + "; ./fleet watch shows their results, ./fleet audit ID the story of one");
    }

    private void show(ReplayPlan plan, List<Replay> replays) {
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            replays.forEach(replay -> out.println(json(replay)));
        } else if (!replays.isEmpty()) {
            summary(replays, out);
            Table table = new Table("device", "called", "was", "failed request", "runs again as");
            replays.stream().limit(SHOWN).forEach(replay -> {
                RequestOutcome outcome = replay.failure().outcome();
                table.row(outcome.deviceId(), outcome.name(), outcome.status(), outcome.requestId(), replay.newId());
            });
            table.print(out);
            if (replays.size() > SHOWN) {
                out.println("and " + (replays.size() - SHOWN) + " more");
            }
        }
        PrintWriter notes = output.isJson() ? spec.commandLine().getErr() : out;
        plan.leftOut().forEach((why, count) -> notes.println("left out: " + count + " " + why.why()));
        if (replays.isEmpty()) {
            notes.println("nothing to replay");
        }
        out.flush();
        notes.flush();
    }

    private static void summary(List<Replay> replays, PrintWriter out) {
        Map<String, Long> kinds = replays.stream()
                .map(replay -> replay.failure().outcome())
                .collect(Collectors.groupingBy(
                        outcome -> outcome.name() + " " + outcome.status() + " " + outcome.reason(),
                        TreeMap::new,
                        Collectors.counting()));
        long devices = replays.stream()
                .map(replay -> replay.failure().record().getDeviceId())
                .distinct()
                .count();
        out.println(replays.size() + " requests of " + devices + " devices to replay:");
        kinds.forEach((kind, count) -> out.printf("%8d  %s%n", count, VisibleText.of(kind, WIDEST_KIND)));
    }

    private static String json(Replay replay) {
        RequestOutcome outcome = replay.failure().outcome();
        return Json.object(
                "request_id", outcome.requestId(),
                "new_request_id", replay.newId(),
                "device_id", outcome.deviceId(),
                "called", outcome.name(),
                "status", outcome.status(),
                "reason", outcome.reason());
    }
}
