package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyEnvelope;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestValidator;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.streams.codec.Destination;
import io.fleetcommand.processor.streams.codec.InboundRecord;
import io.fleetcommand.processor.streams.codec.IntakeResult;
import io.fleetcommand.processor.streams.codec.RecordCodecs;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Publishes results to every topic that should have them. Confined to the task's stream thread. */
final class ResultPublisher {
    private final RecordCodecs codecs;
    private final Topics topics;
    private final RequestObserver observer;
    private final ProcessorContext<Destination, byte[]> context;
    private final Commits commits;
    /** Commit count of the thread when the last record was sent; -1 if none was sent yet. */
    private long sentAfterCommit = -1;
    /** The same of the last result of an URGENT request. */
    private long urgentSentAfterCommit = -1;

    ResultPublisher(
            RecordCodecs codecs,
            Topics topics,
            RequestObserver observer,
            ProcessorContext<Destination, byte[]> context,
            Commits commits) {
        this.codecs = codecs;
        this.topics = topics;
        this.observer = observer;
        this.context = context;
        this.commits = commits;
    }

    /** Requests a commit if a record that was sent is not committed yet and the last commit is long enough ago. */
    void commitIfDue() {
        long count = commits.count();
        if ((sentAfterCommit == count && commits.isDue())
                || (urgentSentAfterCommit == count && commits.isDueForUrgent())) {
            context.commit();
        }
    }

    /**
     * Publishes the result of a request, with a copy for each caller that named a reply topic.
     *
     * @param others callers that repeated the request while it was open
     */
    void publish(Request request, List<Asker> others, Result result) {
        observer.answered(request, result);
        byte[] encoded = codecs.results().bytes(request, result);
        if (request.priority() == Priority.URGENT) {
            urgentSentAfterCommit = commits.count();
        }
        send(Destination.of(resultTopic(request), request.deviceId()), encoded, echoes(request, others));
        copy(request, request.source(), encoded);
        others.forEach(asker -> copy(request.replyingTo(asker.replyTo()), asker.source(), encoded));
        if (result.status() != Status.SUCCEEDED && result.status() != Status.CANCELLED) {
            send(
                    Destination.of(topics.failedRequests(), request.deviceId()),
                    codecs.failedRequests()
                            .failed(request, result, context.taskId().partition()),
                    request.replyTo());
        }
    }

    /**
     * The echoed headers of the record in the result topic, which serves all callers that named no reply topic: all
     * echoed headers of the first caller, then the correlation headers of the others, so that the last value of each
     * header is that of the latest caller.
     */
    private static List<ReplyTo.Header> echoes(Request request, List<Asker> others) {
        return Stream.concat(
                        request.replyTo().echoed().stream(),
                        others.stream()
                                .map(Asker::replyTo)
                                .filter(address -> !address.isGiven())
                                .flatMap(address -> address.correlation().stream()))
                .toList();
    }

    /** Publishes the value that a poll's call has read, once per call however many polls it answers. */
    void snapshot(Request poll, CachedReading reading) {
        String key = Topics.snapshotKey(poll.deviceId(), poll.action().name());
        byte[] snapshot = codecs.results().snapshot(poll, reading, context.currentSystemTimeMs());
        send(Destination.of(topics.variableSnapshots(), key), snapshot, ReplyTo.NOBODY);
    }

    /**
     * Repeats a stored result for a repeated request: to the caller's reply topic if it names one, since readers of the
     * result topic have seen the result already; else to the result topic.
     */
    void repeat(Request request, Result result) {
        observer.repeated(request);
        byte[] encoded = codecs.results().bytes(request, result);
        if (request.replyTo().isGiven()) {
            copy(request, request.source(), encoded);
        } else {
            send(Destination.of(resultTopic(request), request.deviceId()), encoded, request.replyTo());
        }
    }

    /**
     * Publishes a rejected record for operations, and its result if one is awaited; a policy violation goes to the
     * audit topic, too.
     */
    void reject(InboundRecord inbound, IntakeResult.Rejected rejected, long nowMs) {
        Request request = rejected.request();
        Result result = Result.atOnce(rejected.status(), rejected.reason(), rejected.detail(), nowMs);
        if (rejected.awaited()) {
            observer.answered(request, result);
            byte[] encoded = codecs.results().bytes(request, result);
            if (rejected.isAddressed()) {
                send(new Destination(resultTopic(request), inbound.shortKey()), encoded, request.replyTo());
            }
            copy(request, inbound.topic(), encoded);
        }
        send(
                new Destination(topics.failedRequests(), inbound.shortKey()),
                codecs.failedRequests().rejected(inbound, rejected, result),
                request.replyTo());
        if (rejected.reason() == Reason.POLICY) {
            send(
                    Destination.of(topics.audit(), request.deviceId()),
                    codecs.audit().violation(request, result),
                    ReplyTo.NOBODY);
        }
    }

    /**
     * Sends the copy for the caller's reply topic, as an envelope on a topic of ours: a fault of the caller's topic
     * must not abort the transaction. The reply relay forwards it.
     */
    private void copy(Request request, String source, byte[] encoded) {
        if (request.replyTo().isGiven()) {
            String id = request.id()
                    .substring(
                            0,
                            Math.min(
                                    RequestValidator.MAX_ID_LENGTH, request.id().length()));
            ReplyEnvelope envelope = new ReplyEnvelope(
                    request.replyTo(), id, source, context.taskId().partition());
            send(Destination.of(topics.replies(), request.deviceId()), encoded, envelope.headers());
        }
    }

    private String resultTopic(Request request) {
        return request.isCommand() ? topics.commandResults() : topics.pollResults();
    }

    private void send(Destination destination, byte[] value, ReplyTo replyTo) {
        send(destination, value, replyTo.echoed());
    }

    private void send(Destination destination, byte[] value, List<ReplyTo.Header> echoed) {
        Headers headers = new RecordHeaders();
        echoed.forEach(header -> headers.add(header.name(), header.bytes()));
        sentAfterCommit = commits.count();
        context.forward(new Record<>(destination, value, context.currentSystemTimeMs(), headers));
    }
}
