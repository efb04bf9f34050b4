package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.ports.ReplyTopics;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.ReplyTo;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.RequestValidator;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.streams.codec.Decoded;
import io.fleetcommand.processor.streams.codec.InboundRecord;
import io.fleetcommand.processor.streams.codec.IntakeResult;
import io.fleetcommand.processor.streams.codec.KeyPartitions;
import io.fleetcommand.processor.streams.codec.RecordReader;
import io.fleetcommand.processor.streams.codec.ReplyHeaders;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads requests and says which are fit for the ledger. A request that is not is answered, never dropped. */
final class RequestIntake {
    private final RecordReader reader;
    private final ReplyTopics replyTopics;
    private final Supplier<AccessPolicy> access;
    private final long maxTtlMs;
    private final KeyPartitions partitions;

    /**
     * @param access the rules as they are at the moment: each request is judged once, when it is read
     * @param maxTtlMs the longest time from reading to deadline
     * @param partitions where records belong
     */
    RequestIntake(
            RecordReader reader,
            ReplyTopics replyTopics,
            Supplier<AccessPolicy> access,
            long maxTtlMs,
            KeyPartitions partitions) {
        this.reader = reader;
        this.replyTopics = replyTopics;
        this.access = access;
        this.maxTtlMs = maxTtlMs;
        this.partitions = partitions;
    }

    IntakeResult command(InboundRecord inbound, long nowMs) {
        return read(inbound, true, reader::command, nowMs);
    }

    IntakeResult poll(InboundRecord inbound, long nowMs) {
        return read(inbound, false, reader::poll, nowMs);
    }

    /** The request that is to be cancelled. */
    Decoded<RequestKey> cancellation(InboundRecord inbound) {
        Decoded<RequestKey> decoded = reader.cancellation(inbound);
        if (decoded instanceof Decoded.Bad<RequestKey> bad) {
            return new Decoded.Bad<>(bad.reason(), bad.detail(), orByKey(bad.key(), inbound));
        }
        return decoded instanceof Decoded.Good<RequestKey> good
                ? partitions
                        .fault(inbound)
                        .<Decoded<RequestKey>>map(
                                fault -> new Decoded.Bad<>(fault.reason(), fault.detail(), good.value()))
                        .orElse(decoded)
                : decoded;
    }

    /** A command that is refused for no fault of its own, with as much of it as can be read. */
    IntakeResult.Rejected unreadCommand(InboundRecord inbound, Reason reason, String detail) {
        return unread(inbound, true, reason, detail, reader::command);
    }

    /** The same for a poll. */
    IntakeResult.Rejected unreadPoll(InboundRecord inbound, Reason reason, String detail) {
        return unread(inbound, false, reason, detail, reader::poll);
    }

    /** The same for a cancellation, which nobody waits for. */
    IntakeResult.Rejected unreadCancellation(InboundRecord inbound, Reason reason, String detail) {
        Optional<RequestKey> key = unlessItFails(() -> named(reader.cancellation(inbound), named -> named));
        return IntakeResult.Rejected.keptForOperations(
                orByKey(key.orElse(RequestKey.UNKNOWN), inbound), reason, detail);
    }

    /** The same for a line of the journal, whose record's key is no device's. */
    IntakeResult.Rejected unreadFact(InboundRecord inbound, Reason reason, String detail) {
        Optional<RequestKey> key = unlessItFails(() -> named(reader.fact(inbound), JournalEvent::key));
        return IntakeResult.Rejected.keptForOperations(key.orElse(RequestKey.UNKNOWN), reason, detail);
    }

    private static <T> Optional<RequestKey> named(Decoded<T> decoded, Function<T, RequestKey> key) {
        if (decoded instanceof Decoded.Bad<T> bad) {
            return Optional.of(bad.key());
        }
        return decoded instanceof Decoded.Good<T> good ? Optional.of(key.apply(good.value())) : Optional.empty();
    }

    /** The key of a record that cannot be read still says which device it is about. */
    private static RequestKey orByKey(RequestKey named, InboundRecord inbound) {
        return named.deviceId().isEmpty() && RequestValidator.isDeviceId(inbound.keyText())
                ? new RequestKey(inbound.keyText(), named.requestId())
                : named;
    }

    /** Any of what is tried here may be what cannot be done with this record. */
    private IntakeResult.Rejected unread(
            InboundRecord inbound,
            boolean command,
            Reason reason,
            String detail,
            BiFunction<InboundRecord, ReplyTo, Decoded<Request>> decoding) {
        ReplyTo replyTo = unlessItFails(() -> Optional.of(ReplyHeaders.read(inbound.headers())))
                .map(headers -> unlessItFails(() -> Optional.of(refusal(inbound, headers)))
                        .filter(Optional::isEmpty)
                        .map(accepted -> headers.replyTo())
                        .orElseGet(() -> headers.replyTo().withoutTopic()))
                .orElse(ReplyTo.NOBODY);
        Optional<Request> request =
                unlessItFails(() -> decoding.apply(inbound, replyTo) instanceof Decoded.Good<Request> good
                        ? Optional.of(good.value())
                        : Optional.empty());
        return new IntakeResult.Rejected(
                request.orElseGet(() -> Request.unreadable(command, orByKey(RequestKey.UNKNOWN, inbound), replyTo)),
                request.isPresent(),
                Status.INVALID,
                reason,
                detail);
    }

    private Optional<String> refusal(InboundRecord inbound, ReplyHeaders headers) {
        return headers.fault().or(() -> replyTopics.refusal(inbound.topic(), headers.replyTo()));
    }

    private static <T> Optional<T> unlessItFails(Supplier<Optional<T>> reading) {
        try {
            return reading.get();
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failed) {
            return Optional.empty();
        }
    }

    private IntakeResult read(
            InboundRecord inbound,
            boolean command,
            BiFunction<InboundRecord, ReplyTo, Decoded<Request>> decoding,
            long nowMs) {
        ReplyHeaders headers = ReplyHeaders.read(inbound.headers());
        ReplyTo wanted = headers.replyTo();
        Optional<String> refusal = refusal(inbound, headers);
        ReplyTo replyTo = refusal.isPresent() ? wanted.withoutTopic() : wanted;
        Decoded<Request> decoded = decoding.apply(inbound, replyTo);
        if (decoded instanceof Decoded.Bad<Request> bad) {
            return new IntakeResult.Rejected(
                    Request.unreadable(command, orByKey(bad.key(), inbound), replyTo),
                    false,
                    Status.INVALID,
                    bad.reason(),
                    bad.detail());
        }
        if (decoded instanceof Decoded.Pending<Request> pending) {
            return new IntakeResult.Pending(pending.schemaId());
        }
        Request request = ((Decoded.Good<Request>) decoded).value();
        return RequestValidator.fault(request, inbound.keyText(), nowMs, maxTtlMs)
                .or(() -> partitions.fault(inbound))
                .or(() -> refusal.map(why -> new RequestValidator.Fault(Reason.REPLY_TOPIC_REFUSED, why)))
                .<IntakeResult>map(fault ->
                        new IntakeResult.Rejected(request, true, Status.INVALID, fault.reason(), fault.detail()))
                .orElseGet(() -> judged(request));
    }

    private IntakeResult judged(Request request) {
        AccessPolicy.Decision decision =
                access.get().decide(request.source(), request.product(), request.action(), request.priority());
        return decision.isAllowed()
                ? new IntakeResult.Accepted(request)
                : new IntakeResult.Rejected(
                        request, true, Status.REJECTED, Reason.POLICY, decision.detail(request.source()));
    }
}
