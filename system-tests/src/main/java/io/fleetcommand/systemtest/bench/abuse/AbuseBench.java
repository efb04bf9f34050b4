package io.fleetcommand.systemtest.bench.abuse;

import io.fleetcommand.stack.Installation;
import io.fleetcommand.stack.StackFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * What an innocent caller notices while another commits each kind of abuse in turn: its waits beside those of an
 * undisturbed phase of the same length, answers that never come or come twice, and how often the processor ends.
 */
public final class AbuseBench {
    /** For those that are still unanswered when a phase is over. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(45);
    /** For an abuse that takes longer to commit than a phase. */
    private static final Duration ABUSE_TIMEOUT = Duration.ofSeconds(120);

    /** Without an answer to the abuser for so long, it is taken to have them all; a backlog never has. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private static final Duration QUIET_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration WARM_UP = Duration.ofSeconds(10);

    private final List<AbuseKind> kinds;
    private final Duration phase;
    private final Map<String, String> processor;

    /**
     * @param only names of the kinds; empty for all of them
     * @param phase for how long the innocent caller is measured beside each
     * @param processor further settings of the processor
     * @throws IllegalArgumentException if there is no kind of a name, or a phase has no length
     */
    public AbuseBench(List<String> only, Duration phase, Map<String, String> processor) {
        if (phase.toMillis() <= 0) {
            throw new IllegalArgumentException("a phase must last for a second or more");
        }
        this.kinds = AbuseKinds.named(only);
        this.phase = phase;
        this.processor = Map.copyOf(processor);
    }

    /** @param tell told what came of each kind, in words */
    public AbuseReport run(Installation installation, Consumer<String> tell) {
        List<KindFigures> figures = new ArrayList<>();
        AbusedStack stack = start(installation);
        try {
            SteadyCaller.Waits undisturbed = undisturbed(stack);
            tell.accept("undisturbed: " + words(undisturbed));
            for (AbuseKind kind : kinds) {
                if (!figures.isEmpty() && mustReplace(figures.get(figures.size() - 1))) {
                    stack.close();
                    stack = start(installation);
                } else if (!figures.isEmpty()
                        && figures.get(figures.size() - 1).kind().isRestarted()) {
                    stack.warmUp(warmUp());
                    stack.rehearse(phase);
                }
                figures.add(measured(stack, kind));
                tell.accept(words(figures.get(figures.size() - 1)));
            }
            return new AbuseReport(undisturbed, figures);
        } finally {
            stack.close();
        }
    }

    private AbusedStack start(Installation installation) {
        return AbusedStack.start(installation, processor, phase, warmUp());
    }

    private Duration warmUp() {
        return phase.compareTo(WARM_UP) < 0 ? phase : WARM_UP;
    }

    /** What the abuse left behind, or what it has broken, must not be blamed on the next kind. */
    private static boolean mustReplace(KindFigures last) {
        return last.kind().aftermath() == AbuseKind.Aftermath.RESTART_AND_REPLACE
                || last.ends() > 0
                || last.innocent().unanswered() > 0
                || last.failure().isPresent();
    }

    private SteadyCaller.Waits undisturbed(AbusedStack stack) {
        measure(stack, "undisturbed");
        settle(stack, "undisturbed");
        return stack.innocent().waits("undisturbed");
    }

    /** The figures of one kind, whatever breaks: the others are still to come. */
    private KindFigures measured(AbusedStack stack, AbuseKind kind) {
        try {
            stack.reset();
            Optional<String> failure =
                    kind.timing() == AbuseKind.Timing.WHILE_DOWN ? afterOutage(stack, kind) : beside(stack, kind);
            return figures(stack, kind, failure, stack.copiesToInnocent());
        } catch (StackFailure | IllegalStateException broken) {
            return figures(stack, kind, Optional.of(broken.getMessage()), 0);
        }
    }

    /** @return why the abuse could not be committed; empty if it was */
    private Optional<String> beside(AbusedStack stack, AbuseKind kind) {
        Optional<String> failure;
        ExecutorService abuse = Executors.newSingleThreadExecutor();
        try {
            Future<Optional<String>> committed = abuse.submit(() -> commit(kind, stack.abuser()));
            measure(stack, kind.name());
            stack.passTime(committed::isDone, ABUSE_TIMEOUT);
            failure = outcome(committed);
        } finally {
            abuse.shutdownNow();
        }
        settle(stack, kind.name());
        awaitQuiet(stack, kind.name());
        if (kind.aftermath() != AbuseKind.Aftermath.NONE && stack.ends() == 0) {
            stack.killProcessor();
            stack.restart(afterwards(kind));
            awaitAnswers(stack, afterwards(kind));
        }
        return failure;
    }

    /** @return why the abuse could not be committed; empty if it was */
    private Optional<String> afterOutage(AbusedStack stack, AbuseKind kind) {
        stack.killProcessor();
        Optional<String> failure = commit(kind, stack.abuser());
        stack.restart(afterwards(kind));
        stack.warmUp(warmUp());
        measure(stack, kind.name());
        settle(stack, kind.name());
        awaitQuiet(stack, kind.name());
        return failure;
    }

    private static String afterwards(AbuseKind kind) {
        return kind.name() + ", restarted";
    }

    private static KindFigures figures(AbusedStack stack, AbuseKind kind, Optional<String> failure, long copies) {
        SteadyCaller innocent = stack.innocent();
        String afterwards = afterwards(kind);
        return new KindFigures(
                kind,
                stack.abuser().takeSent(),
                stack.abuser().takeRefused(),
                stack.tally().counts(),
                new KindFigures.Innocent(
                        innocent.waits(kind.name()),
                        innocent.unanswered(kind.name()) + innocent.unanswered(afterwards),
                        innocent.answeredTwice(kind.name()) + innocent.answeredTwice(afterwards),
                        copies),
                stack.neighbour().waits(kind.name()),
                stack.ends(),
                stack.monitor().peakHeapMb(),
                stack.monitor().longestSilenceSeconds(),
                stack.restartSeconds(),
                failure,
                stack.lastWords());
    }

    private void measure(AbusedStack stack, String run) {
        stack.innocent().begin(run);
        stack.neighbour().begin(run);
        stack.passTime(() -> false, phase);
    }

    private static void settle(AbusedStack stack, String run) {
        stack.innocent().pause();
        stack.neighbour().pause();
        awaitAnswers(stack, run);
    }

    private static void awaitAnswers(AbusedStack stack, String run) {
        stack.passTime(() -> stack.innocent().unanswered(run) == 0, ANSWER_TIMEOUT);
    }

    /** Until the others have their answers too, as far as they get them soon. */
    private static void awaitQuiet(AbusedStack stack, String run) {
        stack.passTime(
                () -> stack.neighbour().unanswered(run) == 0 && stack.tally().isQuietFor(QUIET), QUIET_TIMEOUT);
    }

    /** @return why it could not be done; empty if it was */
    private static Optional<String> commit(AbuseKind kind, Abuser abuser) {
        try {
            kind.action().commit(abuser);
            abuser.flush();
            return Optional.empty();
        } catch (Exception failed) {
            return Optional.of(failed.toString());
        }
    }

    private static Optional<String> outcome(Future<Optional<String>> committed) {
        try {
            return committed.get(ABUSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            return Optional.of("it was not done within " + ABUSE_TIMEOUT.toSeconds() + " s");
        } catch (ExecutionException failed) {
            return Optional.of(failed.getCause().toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while abusing", interrupted);
        }
    }

    private static String words(SteadyCaller.Waits waits) {
        return waits.percentile(0.5).stream()
                        .mapToObj(p50 -> "p50 " + p50 + " ms, ")
                        .findFirst()
                        .orElse("")
                + waits.percentile(0.99).stream()
                        .mapToObj(p99 -> "p99 " + p99 + " ms, ")
                        .findFirst()
                        .orElse("")
                + waits.unanswered() + " of " + waits.sent() + " unanswered";
    }

    private static String words(KindFigures figures) {
        return figures.kind().name() + ": innocent " + words(figures.innocent().waits()) + ", " + figures.ends()
                + " ends, "
                + figures.sent() + " records answered " + figures.answers()
                + figures.restartSeconds().stream()
                        .mapToObj(seconds -> String.format(", restart %.1f s", seconds))
                        .findFirst()
                        .orElse("")
                + figures.failure().map(why -> ", NOT COMMITTED: " + why).orElse("");
    }
}
