package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.ledger.CachedReading;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Asker;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyEnvelope;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestValidator;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.streams.codec.Destination;
import io.fleetcommand.processor.streams.codec.InboundRecord;
import io.fleetcommand.processor.streams.codec.IntakeResult;
import io.fleetcommand.processor.streams.codec.RecordWriter;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Sends answers to all who should see them. Owned by the task's stream thread. */
final class ResultPublisher {
    private final RecordWriter writer;
    private final Topics topics;
    private final RequestObserver observer;
    private final ProcessorContext<Destination, byte[]> context;
    private final Commits commits;
    /** The number of the thread's commits before the last record was sent; negative if none was sent yet. */
    private long sentAfterCommit = -1;

    ResultPublisher(
            RecordWriter writer,
            Topics topics,
            RequestObserver observer,
            ProcessorContext<Destination, byte[]> context,
            Commits commits) {
        this.writer = writer;
        this.topics = topics;
        this.observer = observer;
        this.context = context;
        this.commits = commits;
    }

    /** Has the thread commit if anything that was sent still waits for it, and the last commit is long enough ago. */
    void commitIfDue() {
        if (sentAfterCommit == commits.count() && commits.isDue()) {
            context.commit();
        }
    }

    /**
     * The one answer of a request that could be read, with a copy for each who asked and named a reply topic.
     *
     * @param others who asked again while it was under way
     */
    void publish(Request request, List<Asker> others, Result result) {
        observer.answered(request, result);
        byte[] encoded = writer.result(request, result);
        send(Destination.of(resultTopic(request), request.deviceId()), encoded, echoes(request, others));
        copy(request, request.source(), encoded);
        others.forEach(asker -> copy(request.replyingTo(asker.replyTo()), asker.source(), encoded));
        if (result.status() != Status.SUCCEEDED && result.status() != Status.CANCELLED) {
            send(
                    Destination.of(topics.failedRequests(), request.deviceId()),
                    writer.failed(request, result, context.taskId().partition()),
                    request.replyTo());
        }
    }

    /**
     * The one record in the result topic is for all who named no other: behind what the first one wants to see again it
     * has the correlations of the others, so that the last of each header is that of the latest who asked.
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

    /** What a poll's call has read, once for each call, however many polls it answers. */
    void snapshot(Request poll, CachedReading reading) {
        String key = Topics.snapshotKey(poll.deviceId(), poll.action().name());
        byte[] snapshot = writer.snapshot(poll, reading, context.currentSystemTimeMs());
        send(Destination.of(topics.variableSnapshots(), key), snapshot, ReplyTo.NOBODY);
    }

    /** A stored answer for one who asked again: to its own topic if it named one, for others saw the answer already. */
    void repeat(Request request, Result result) {
        observer.repeated(request);
        byte[] encoded = writer.result(request, result);
        if (request.replyTo().isGiven()) {
            copy(request, request.source(), encoded);
        } else {
            send(Destination.of(resultTopic(request), request.deviceId()), encoded, request.replyTo());
        }
    }

    /**
     * Keeps a record that was not accepted for operations, and answers it if an answer is awaited; one that breaks the
     * policy is on record for those who audit, too.
     */
    void refuse(InboundRecord inbound, IntakeResult.Rejected refused, long nowMs) {
        Request request = refused.request();
        Result result = Result.atOnce(refused.status(), refused.reason(), refused.detail(), nowMs);
        if (refused.awaited()) {
            observer.answered(request, result);
            byte[] encoded = writer.result(request, result);
            if (refused.isAddressed()) {
                send(new Destination(resultTopic(request), inbound.shortKey()), encoded, request.replyTo());
            }
            copy(request, inbound.topic(), encoded);
        }
        send(
                new Destination(topics.failedRequests(), inbound.shortKey()),
                writer.refused(inbound, refused, result),
                request.replyTo());
        if (refused.reason() == Reason.POLICY) {
            send(Destination.of(topics.audit(), request.deviceId()), writer.violation(request, result), ReplyTo.NOBODY);
        }
    }

    /**
     * The copy for the caller's own reply topic. It goes to a topic of ours: the caller's own may be ill, and must not
     * end the transaction. A relay brings it there.
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

    private void send(Destination destination, byte[] value, ReplyTo echo) {
        send(destination, value, echo.echoed());
    }

    private void send(Destination destination, byte[] value, List<ReplyTo.Header> given) {
        Headers headers = new RecordHeaders();
        given.forEach(header -> headers.add(header.name(), header.bytes()));
        sentAfterCommit = commits.count();
        context.forward(new Record<>(destination, value, context.currentSystemTimeMs(), headers));
    }
}
