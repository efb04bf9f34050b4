package io.fleetcommand.operations;

import io.fleetcommand.model.AttemptEvent;
import io.fleetcommand.model.AuditRecord;
import io.fleetcommand.model.Cancellation;
import io.fleetcommand.model.Claimed;
import io.fleetcommand.model.Closed;
import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Finished;
import io.fleetcommand.model.Reason;
import io.fleetcommand.model.RequestView;
import io.fleetcommand.model.ResultView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What happened to one request, from all the evidence there is, in the order in which it happened.
 *
 * <p>Which claims held is decided as the processor decides it: a number belongs to the first claim or closing with it in
 * the journal, and an outcome counts only from the epoch that holds its number.
 */
public final class RequestTimeline {
    private static final int EPOCH_SHOWN = 8;

    private final String requestId;
    private final List<Line> lines = new ArrayList<>();
    private final Map<RecordLocation, FailedRequest> refused = new HashMap<>();
    private final Map<Integer, String> holders = new HashMap<>();
    private int highest;
    private Instant journalTime = Instant.EPOCH;

    /**
     * One thing that happened.
     *
     * @param what in one word: published, read, claimed, outcome, closed, answered, failed, cancelled, refused (a
     *     cancellation), replayed, replay or audit
     * @param who did it: an instance, a requester or an operator; empty where it is not known
     */
    public record Line(Instant at, String what, String who, String text) {}

    private RequestTimeline(String requestId) {
        this.requestId = requestId;
    }

    /** @param found about this request and its replays, in any order but that journal lines stand in theirs */
    public static RequestTimeline of(String requestId, List<FoundRecord> found) {
        RequestTimeline story = new RequestTimeline(requestId);
        found.stream()
                .map(FoundRecord::record)
                .filter(FailedRequest.class::isInstance)
                .map(FailedRequest.class::cast)
                .forEach(failed -> story.refused.put(RecordLocation.ofSource(failed), failed));
        found.forEach(story::take);
        story.lines.sort(Comparator.comparing(Line::at));
        return story;
    }

    public List<Line> lines() {
        return List.copyOf(lines);
    }

    private void take(FoundRecord found) {
        Object record = found.record();
        if (record instanceof AttemptEvent line) {
            journal(line);
        } else if (record instanceof FailedRequest failed) {
            add(failed.getFailedAt(), "failed", "", words(failed, found.place()));
        } else if (record instanceof Cancellation cancellation) {
            cancellation(cancellation, found.place());
        } else if (record instanceof AuditRecord audit) {
            audit(audit);
        } else {
            RequestView.of(record).ifPresent(request -> request(found, request));
            ResultView.of(record).ifPresent(result -> result(found, result));
        }
    }

    private void request(FoundRecord found, RequestView request) {
        if (request.requestId().equals(requestId)) {
            add(found.writtenAt(), "published", request.requester(), words(request) + ", in " + found.place());
        } else {
            add(
                    found.writtenAt(),
                    "replay",
                    request.requester(),
                    request.requestId() + " published: " + words(request));
        }
    }

    private void result(FoundRecord found, ResultView result) {
        String verdict = result.status() + because(result.reason().name(), result.detail());
        if (result.requestId().equals(requestId)) {
            add(result.receivedAt(), "read", "", "by the processor");
            add(result.finishedAt(), "answered", "", verdict + "; " + timing(result) + ", in " + found.place());
        } else {
            add(result.finishedAt(), "replay", "", result.requestId() + " ended: " + verdict);
        }
    }

    private void cancellation(Cancellation cancellation, RecordLocation location) {
        FailedRequest refusal = refused.get(location);
        add(
                cancellation.getCreatedAt(),
                refusal == null ? "cancelled" : "refused",
                cancellation.getRequester(),
                "asked not to run it, in " + location
                        + (refusal == null ? "" : "; without effect, since it was refused: " + verdict(refusal)));
    }

    /** What has a request of its own is told by its answer; a cancellation that was refused has none. */
    private static String words(FailedRequest failed, RecordLocation location) {
        if (failed.getReason() == Reason.REPLY_NOT_DELIVERED) {
            return failed.getDetail() + ", in " + location;
        }
        RecordLocation source = RecordLocation.ofSource(failed);
        return failed.getRequest() == null && source.isKnown()
                ? "what lies in " + source + " was refused: " + verdict(failed) + "; kept for operations in " + location
                : "kept for operations in " + location;
    }

    private static String verdict(FailedRequest failed) {
        return failed.getStatus() + because(failed.getReason().name(), failed.getDetail());
    }

    private void audit(AuditRecord audit) {
        switch (audit.getKind()) {
            case REPLAY ->
                add(
                        audit.getAt(),
                        "replayed",
                        audit.getActor(),
                        "as " + Optional.ofNullable(audit.getNewRequestId()).orElse("?")
                                + bracketed(audit.getDetail()));
            case CANCELLATION ->
                add(audit.getAt(), "audit", audit.getActor(), "asked to cancel it" + bracketed(audit.getDetail()));
            case POLICY_VIOLATION ->
                add(audit.getAt(), "audit", audit.getActor(), "had no right to it" + bracketed(audit.getDetail()));
            case OTHER -> add(audit.getAt(), "audit", audit.getActor(), audit.getDetail());
        }
    }

    private void journal(AttemptEvent line) {
        if (line.getEvent() instanceof Claimed claimed) {
            journal(claimed.getClaimedAt(), "claimed", line, taking(line, "claimed"));
        } else if (line.getEvent() instanceof Closed closed) {
            String how = closed.getStatus() + because(closed.getReason().name(), "");
            journal(closed.getClosedAt(), "closed", line, taking(line, "ended without a further call, " + how));
        } else if (line.getEvent() instanceof Finished finished) {
            boolean counts = line.getEpoch().equals(holders.get(line.getAttempt()));
            journal(
                    finished.getFinishedAt(),
                    "outcome",
                    line,
                    "attempt " + line.getAttempt() + " " + words(finished)
                            + (counts ? "" : "; ignored: another epoch holds this number"));
        }
    }

    /** Two instances' clocks may differ; the journal's own order is the truth. */
    private void journal(Instant at, String what, AttemptEvent line, String text) {
        journalTime = at.isAfter(journalTime) ? at : journalTime;
        String epoch = line.getEpoch()
                .substring(0, Math.min(EPOCH_SHOWN, line.getEpoch().length()));
        add(journalTime, what, line.getInstance(), text + " [epoch " + epoch + "]");
    }

    private String taking(AttemptEvent line, String verb) {
        int attempt = line.getAttempt();
        if (attempt <= highest) {
            return "attempt " + attempt + " " + verb + "; void: the number was taken before";
        }
        highest = attempt;
        holders.put(attempt, line.getEpoch());
        return "attempt " + attempt + " " + verb;
    }

    private void add(Instant at, String what, String who, String text) {
        lines.add(new Line(at, what, who, text));
    }

    private static String words(RequestView request) {
        StringJoiner words = new StringJoiner(", ");
        words.add(request.argument()
                        .map(argument -> request.name() + "(\"" + argument + "\")")
                        .orElse("variable " + request.name())
                + " of " + request.deviceId());
        if (request.isCommand()) {
            words.add(request.guarantee().name());
        }
        words.add(request.priority().name());
        request.deadline().ifPresent(deadline -> words.add("until " + deadline));
        return words.toString();
    }

    private static String words(Finished finished) {
        StringJoiner words = new StringJoiner(", ");
        words.add(finished.getOutcome().name());
        Optional.ofNullable(finished.getHttpStatus()).ifPresent(status -> words.add("HTTP " + status));
        Optional.ofNullable(finished.getValue()).ifPresent(value -> words.add("value " + value));
        words.add("in " + finished.getCloudMs() + " ms");
        if (!finished.getCounted()) {
            words.add("not counted");
        }
        return words + because(finished.getReason().name(), finished.getDetail());
    }

    private static String timing(ResultView result) {
        long allMs = result.finishedAt().toEpochMilli() - result.receivedAt().toEpochMilli();
        return result.attempts() + (result.attempts() == 1 ? " attempt" : " attempts") + ", " + allMs + " ms in all: "
                + result.waitedForTurnMs() + " for its turn, " + result.waitedForQuotaMs() + " for quota, "
                + result.cloudMs() + " in the cloud";
    }

    private static String because(String reason, String detail) {
        String named = reason.equals("NONE") ? "" : " " + reason;
        return detail.isEmpty() ? named : named + bracketed(detail);
    }

    private static String bracketed(String detail) {
        return detail.isEmpty() ? "" : " (" + detail + ")";
    }
}
