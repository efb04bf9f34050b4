package io.fleetcommand.operations;

import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Status;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.operations.OpenRequests.Open;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * Which of the failed requests run again, under which ids, and why the others do not. Fed one failure after the other,
 * and then what is known of those that their callers may have asked for again; holds no more of them than the terms
 * allow. Not safe for use by many threads.
 */
public final class ReplayPlan {
    private final ReplayTerms terms;
    private final RequestTopics requests;
    private final Set<RequestKey> replayedBefore;
    private final Instant now;
    private final Map<RequestKey, Replay> replays = new LinkedHashMap<>();
    private final Map<LeftOut, Long> leftOut = new EnumMap<>(LeftOut.class);

    /** Why a failed request does not run again. */
    public enum LeftOut {
        ANSWERED("were answered, and only their copies for a reply topic were given up; see ./fleet failed show"),
        ASKED_AGAIN("were refused, and their callers asked again under the same id: that has run, or may still run; see"
                + " ./fleet audit"),
        UNCHECKED(
                "may have been asked for again by their callers, which cannot be read any more; they are replayed only"
                        + " by the name of their reason, such as --reason OVERLOADED"),
        UNREADABLE("hold no request that could be read, so there is nothing to run; see ./fleet failed show"),
        CONFLICT("used the id of another request; publish it anew under an id of its own"),
        BY_NAME("were refused for a reason that is replayed only by its name, such as --reason POLICY"),
        OTHER_TOPIC(
                "came from a topic that is none of the request topics known here; name those that the processor reads"
                        + " in the file of --config (request.topics.commands, request.topics.polls)"),
        MAY_HAVE_RUN("are AT_MOST_ONCE and may have run; add --include-may-have-run to run them again"),
        OTHER_NUMBER("belong to another replay; choose it by --number"),
        REPLAYED_BEFORE("were replayed before; if that failed too, the next --number takes it"),
        TWICE("failed more than once under the same id at the same device; the latest counts"),
        BEYOND_LIMIT("are beyond --limit; run the same again for the next ones, or with a higher --limit");

        private final String why;

        LeftOut(String why) {
            this.why = why;
        }

        public String why() {
            return why;
        }
    }

    /**
     * @param requests the topics that the processor reads requests from: replays go where the request came from
     * @param replayedBefore the replays that the audit topic tells of
     * @param now when the replays are made
     */
    public ReplayPlan(ReplayTerms terms, RequestTopics requests, Set<RequestKey> replayedBefore, Instant now) {
        this.terms = terms;
        this.requests = requests;
        this.replayedBefore = replayedBefore;
        this.now = now;
    }

    /** Takes the failure in, or notes why not. */
    public void consider(Failure failure) {
        reasonAgainst(failure).ifPresentOrElse(this::leaveOut, () -> take(failure));
    }

    private Optional<LeftOut> reasonAgainst(Failure failure) {
        Replayability replayability = Replayability.of(failure.record());
        if (replayability == Replayability.NEVER) {
            return Optional.of(LeftOut.ANSWERED);
        }
        if (!failure.isReadable()) {
            return Optional.of(LeftOut.UNREADABLE);
        }
        if (replayability == Replayability.BY_NAME && !isAskedFor(failure)) {
            return Optional.of(LeftOut.BY_NAME);
        }
        if (failure.record().getStatus() == Status.CONFLICT) {
            return Optional.of(LeftOut.CONFLICT);
        }
        if (!failure.sourceIn(requests)) {
            return Optional.of(LeftOut.OTHER_TOPIC);
        }
        if (failure.id().number() != terms.number() - 1) {
            return Optional.of(LeftOut.OTHER_NUMBER);
        }
        if (replayedBefore.contains(replay(failure))) {
            return Optional.of(LeftOut.REPLAYED_BEFORE);
        }
        return failure.mayHaveRunOnce() && !terms.includeMayHaveRun()
                ? Optional.of(LeftOut.MAY_HAVE_RUN)
                : Optional.empty();
    }

    private void take(Failure failure) {
        RequestKey key = replay(failure);
        Replay earlier = replays.get(key);
        if (earlier == null && replays.size() == terms.most()) {
            leaveOut(LeftOut.BEYOND_LIMIT);
            return;
        }
        if (earlier != null) {
            leaveOut(LeftOut.TWICE);
            if (!counts(failure, earlier.failure())) {
                return;
            }
        }
        replays.put(key, new Replay(failure, key.requestId(), request(failure, key.requestId())));
    }

    /** How the request ended counts more than that another record of it was refused; else the latest does. */
    private static boolean counts(Failure failure, Failure other) {
        boolean refused = failure.outcome().isRefusedAtFirstSight();
        return refused == other.outcome().isRefusedAtFirstSight()
                ? !failure.record().getFailedAt().isBefore(other.record().getFailedAt())
                : !refused;
    }

    /**
     * The requests that may have been asked for again since, under the id that they have: nothing was remembered of
     * them when they were refused, so they run if they are published again.
     */
    public Set<RequestKey> mayBeAskedAgain() {
        return replays.values().stream()
                .map(Replay::failure)
                .flatMap(failure -> Stream.concat(
                        Stream.of(failure.key()).filter(key -> failure.outcome().isRefusedAtFirstSight()),
                        earlier(failure).stream()))
                .collect(Collectors.toSet());
    }

    /**
     * Leaves out what was asked for again, and what may have been.
     *
     * @param asked what is known of the requests that may have been asked for again; nothing, if that cannot be read
     */
    public void leaveOutAskedAgain(OpenRequests asked) {
        Set<RequestKey> open = asked.open().stream().map(Open::key).collect(Collectors.toSet());
        replays.values().removeIf(replay -> {
            Optional<LeftOut> why = whyNotSafe(replay.failure(), asked, open);
            why.ifPresent(this::leaveOut);
            return why.isPresent();
        });
    }

    private Optional<LeftOut> whyNotSafe(Failure failure, OpenRequests asked, Set<RequestKey> open) {
        List<RequestKey> earlier = earlier(failure);
        if (earlier.stream().anyMatch(key -> open.contains(key) || hasEnded(key, Status.SUCCEEDED, asked))) {
            return Optional.of(LeftOut.ASKED_AGAIN);
        }
        if (failure.isAtMostOnce()
                && !terms.includeMayHaveRun()
                && earlier.stream().anyMatch(key -> hasEnded(key, Status.OUTCOME_UNKNOWN, asked))) {
            return Optional.of(LeftOut.MAY_HAVE_RUN);
        }
        if (!isAskedFor(failure) && !earlier.stream().allMatch(asked::isKnown)) {
            return Optional.of(LeftOut.UNCHECKED);
        }
        if (!failure.outcome().isRefusedAtFirstSight()) {
            return Optional.empty();
        }
        if (open.contains(failure.key()) || asked.end(failure.key()).isPresent()) {
            return Optional.of(LeftOut.ASKED_AGAIN);
        }
        return asked.isKeptSince(failure) || isAskedFor(failure) ? Optional.empty() : Optional.of(LeftOut.UNCHECKED);
    }

    private static boolean hasEnded(RequestKey key, Status status, OpenRequests asked) {
        return asked.end(key).equals(Optional.of(status));
    }

    /** The requests that a failed replay was to run again: the caller's own, and the replays between it and this one. */
    private static List<RequestKey> earlier(Failure failure) {
        return failure.id().earlier().stream()
                .map(id -> new RequestKey(failure.record().getDeviceId(), id))
                .toList();
    }

    private boolean isAskedFor(Failure failure) {
        return terms.reasons().contains(failure.record().getReason());
    }

    private void leaveOut(LeftOut why) {
        leftOut.merge(why, 1L, Long::sum);
    }

    /** At the device of the request that failed: the same id at another is replayed by itself. */
    private static RequestKey replay(Failure failure) {
        return new RequestKey(
                failure.record().getDeviceId(), failure.id().next().text());
    }

    private SpecificRecord request(Failure failure, String newId) {
        if (failure.record().getRequest() instanceof DeviceCommand command) {
            return DeviceCommand.newBuilder(command)
                    .setRequestId(newId)
                    .setGuarantee(terms.guarantee().orElse(command.getGuarantee()))
                    .setPriority(terms.priority())
                    .setDeadline(now.plus(terms.timeToLive()))
                    .setNotBefore(null)
                    .setReplayOf(failure.id().first())
                    .setCreatedAt(now)
                    .build();
        }
        VariablePoll poll = (VariablePoll) failure.record().getRequest();
        return VariablePoll.newBuilder(poll)
                .setRequestId(newId)
                .setPriority(terms.priority())
                .setDeadline(now.plus(terms.timeToLive()))
                .setReplayOf(failure.id().first())
                .setCreatedAt(now)
                .build();
    }

    /** In the order in which their callers made them, so that each device's commands keep theirs. */
    public List<Replay> replays() {
        return replays.values().stream()
                .sorted(Comparator.comparing(replay -> replay.failure().createdAt()))
                .toList();
    }

    public Map<LeftOut, Long> leftOut() {
        return Collections.unmodifiableMap(leftOut);
    }
}
