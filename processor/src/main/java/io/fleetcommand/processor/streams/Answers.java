package io.fleetcommand.processor.streams;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.Answer;
import io.fleetcommand.processor.core.Observation;
import io.fleetcommand.processor.core.Observer;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.ReplyTo;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.Status;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends answers to all who should see them. Owned by the task's stream thread. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final RecordWriter writer;
    private final Topics topics;
    private final ReplyTopics replyTopics;
    private final Observer observer;
    private final ProcessorContext<Destination, byte[]> context;

    Answers(
            RecordWriter writer,
            Topics topics,
            ReplyTopics replyTopics,
            Observer observer,
            ProcessorContext<Destination, byte[]> context) {
        this.writer = writer;
        this.topics = topics;
        this.replyTopics = replyTopics;
        this.observer = observer;
        this.context = context;
    }

    /** The one answer of a request that could be read. */
    void publish(Request request, Answer answer) {
        observer.answered(request, answer);
        byte[] result = writer.result(request, answer);
        send(Destination.of(resultTopic(request), request.deviceId()), result, request.replyTo());
        reply(request.source(), request, result);
        if (answer.status() != Status.SUCCEEDED && answer.status() != Status.CANCELLED) {
            send(
                    Destination.of(topics.failedRequests(), request.deviceId()),
                    writer.failed(request, answer, context.taskId().partition()),
                    request.replyTo());
        }
    }

    /** What a poll's call has read, once for each call, however many polls it answers. */
    void snapshot(Request poll, Observation observation) {
        String key = Topics.snapshotKey(poll.deviceId(), poll.action().name());
        byte[] snapshot = writer.snapshot(poll, observation, context.currentSystemTimeMs());
        send(Destination.of(topics.variableSnapshots(), key), snapshot, ReplyTo.NOBODY);
    }

    /** A stored answer for one who asked again: to its own topic if it named one, for others saw the answer already. */
    void repeat(Request request, Answer answer) {
        observer.repeated(request);
        byte[] result = writer.result(request, answer);
        if (request.replyTo().isGiven()) {
            reply(request.source(), request, result);
        } else {
            send(Destination.of(resultTopic(request), request.deviceId()), result, request.replyTo());
        }
    }

    /** The answer of a record that was not accepted; one that breaks the policy is on record for those who audit, too. */
    void refuse(Arrival arrival, Reading.Refused refused, long nowMs) {
        Request request = refused.request();
        Answer answer = Answer.atOnce(refused.status(), refused.reason(), refused.detail(), nowMs);
        observer.answered(request, answer);
        byte[] result = writer.result(request, answer);
        if (refused.isAddressed()) {
            send(
                    new Destination(resultTopic(request), ReplyTo.ANY_PARTITION, arrival.shortKey()),
                    result,
                    request.replyTo());
        }
        reply(arrival.topic(), request, result);
        send(
                new Destination(topics.failedRequests(), ReplyTo.ANY_PARTITION, arrival.shortKey()),
                writer.refused(arrival, refused, answer),
                request.replyTo());
        if (refused.reason() == Reason.POLICY) {
            send(Destination.of(topics.audit(), request.deviceId()), writer.violation(request, answer), ReplyTo.NOBODY);
        }
    }

    private void reply(String requestTopic, Request request, byte[] result) {
        ReplyTo replyTo = request.replyTo();
        if (!replyTo.isGiven()) {
            return;
        }
        // The topic may have been deleted since the request was accepted; a send to it would stop the task.
        replyTopics
                .refusal(requestTopic, replyTo)
                .ifPresentOrElse(
                        why -> LOG.warn("request {}: no copy of its result for the caller, {}", request.id(), why),
                        () -> send(
                                new Destination(replyTo.topic(), replyTo.partition(), key(request)), result, replyTo));
    }

    private static byte[] key(Request request) {
        return Destination.of("", request.deviceId()).key();
    }

    private String resultTopic(Request request) {
        return request.isCommand() ? topics.commandResults() : topics.pollResults();
    }

    private void send(Destination destination, byte[] value, ReplyTo echo) {
        Headers headers = new RecordHeaders();
        echo.echoed().forEach(header -> headers.add(header.name(), header.bytes()));
        context.forward(new Record<>(destination, value, context.currentSystemTimeMs(), headers));
    }
}
