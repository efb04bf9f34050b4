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
import io.fleetcommand.processor.streams.codec.RecordCodecs;
import io.fleetcommand.processor.streams.codec.ReplyHeaders;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Decodes and validates requests and decides which enter the ledger. A request that does not is answered, never
 * dropped.
 */
final class RequestIntake {
    private final RecordCodecs codecs;
    private final ReplyTopics replyTopics;
    private final Supplier<AccessPolicy> policy;
    private final long maxTtlMs;
    private final KeyPartitions partitions;

    /**
     * @param policy the access policy in force: each request is checked once, when it is read
     * @param maxTtlMs maximum time from reading to deadline, in milliseconds
     * @param partitions the partitioner that callers must use
     */
    RequestIntake(
            RecordCodecs codecs,
            ReplyTopics replyTopics,
            Supplier<AccessPolicy> policy,
            long maxTtlMs,
            KeyPartitions partitions) {
        this.codecs = codecs;
        this.replyTopics = replyTopics;
        this.policy = policy;
        this.maxTtlMs = maxTtlMs;
        this.partitions = partitions;
    }

    IntakeResult command(InboundRecord inbound, long nowMs) {
        return read(inbound, true, codecs.requests()::command, nowMs);
    }

    IntakeResult poll(InboundRecord inbound, long nowMs) {
        return read(inbound, false, codecs.requests()::poll, nowMs);
    }

    /** The key of the request to cancel. */
    Decoded<RequestKey> cancellation(InboundRecord inbound) {
        Decoded<RequestKey> decoded = codecs.requests().cancellation(inbound);
        if (decoded instanceof Decoded.Bad<RequestKey> bad) {
            return new Decoded.Bad<>(bad.reason(), bad.detail(), orRecordKey(bad.key(), inbound));
        }
        return decoded instanceof Decoded.Good<RequestKey> good
                ? partitions
                        .fault(inbound)
                        .<Decoded<RequestKey>>map(
                                fault -> new Decoded.Bad<>(fault.reason(), fault.detail(), good.value()))
                        .orElse(decoded)
                : decoded;
    }

    /** Rejects a command for a reason outside of it, with as much of it as can be decoded. */
    IntakeResult.Rejected unreadCommand(InboundRecord inbound, Reason reason, String detail) {
        return unread(inbound, true, reason, detail, codecs.requests()::command);
    }

    /** Like {@link #unreadCommand}, for a poll. */
    IntakeResult.Rejected unreadPoll(InboundRecord inbound, Reason reason, String detail) {
        return unread(inbound, false, reason, detail, codecs.requests()::poll);
    }

    /** Like {@link #unreadCommand}, for a cancellation, which has no result. */
    IntakeResult.Rejected unreadCancellation(InboundRecord inbound, Reason reason, String detail) {
        Optional<RequestKey> key = emptyOnFailure(() -> named(codecs.requests().cancellation(inbound), named -> named));
        return IntakeResult.Rejected.keptForOperations(
                orRecordKey(key.orElse(RequestKey.UNKNOWN), inbound), reason, detail);
    }

    /** Like {@link #unreadCommand}, for a journal event, whose record key is not a device id. */
    IntakeResult.Rejected unreadJournalEvent(InboundRecord inbound, Reason reason, String detail) {
        Optional<RequestKey> key = emptyOnFailure(() -> named(codecs.journal().read(inbound), JournalEvent::key));
        return IntakeResult.Rejected.keptForOperations(key.orElse(RequestKey.UNKNOWN), reason, detail);
    }

    private static <T> Optional<RequestKey> named(Decoded<T> decoded, Function<T, RequestKey> key) {
        if (decoded instanceof Decoded.Bad<T> bad) {
            return Optional.of(bad.key());
        }
        return decoded instanceof Decoded.Good<T> good ? Optional.of(key.apply(good.value())) : Optional.empty();
    }

    /** Falls back to the record key, which names the device even if the value cannot be decoded. */
    private static RequestKey orRecordKey(RequestKey named, InboundRecord inbound) {
        return named.deviceId().isEmpty() && RequestValidator.isDeviceId(inbound.keyText())
                ? new RequestKey(inbound.keyText(), named.requestId())
                : named;
    }

    /** Each step may be the one that fails for this record, so each is tried separately. */
    private IntakeResult.Rejected unread(
            InboundRecord inbound,
            boolean command,
            Reason reason,
            String detail,
            BiFunction<InboundRecord, ReplyTo, Decoded<Request>> decoding) {
        ReplyTo replyTo = emptyOnFailure(() -> Optional.of(ReplyHeaders.read(inbound.headers())))
                .map(headers -> emptyOnFailure(() -> Optional.of(refusal(inbound, headers)))
                        .filter(Optional::isEmpty)
                        .map(accepted -> headers.replyTo())
                        .orElseGet(() -> headers.replyTo().withoutTopic()))
                .orElse(ReplyTo.NOBODY);
        Optional<Request> request =
                emptyOnFailure(() -> decoding.apply(inbound, replyTo) instanceof Decoded.Good<Request> good
                        ? Optional.of(good.value())
                        : Optional.empty());
        return new IntakeResult.Rejected(
                request.orElseGet(() -> Request.unreadable(command, orRecordKey(RequestKey.UNKNOWN, inbound), replyTo)),
                request.isPresent(),
                Status.INVALID,
                reason,
                detail);
    }

    private Optional<String> refusal(InboundRecord inbound, ReplyHeaders headers) {
        return headers.fault().or(() -> replyTopics.refusal(inbound.topic(), headers.replyTo()));
    }

    private static <T> Optional<T> emptyOnFailure(Supplier<Optional<T>> step) {
        try {
            return step.get();
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
        ReplyTo requested = headers.replyTo();
        Optional<String> refusal = refusal(inbound, headers);
        ReplyTo replyTo = refusal.isPresent() ? requested.withoutTopic() : requested;
        Decoded<Request> decoded = decoding.apply(inbound, replyTo);
        if (decoded instanceof Decoded.Bad<Request> bad) {
            return new IntakeResult.Rejected(
                    Request.unreadable(command, orRecordKey(bad.key(), inbound), replyTo),
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
                .orElseGet(() -> authorized(request));
    }

    private IntakeResult authorized(Request request) {
        AccessPolicy.Decision decision =
                policy.get().decide(request.source(), request.product(), request.action(), request.priority());
        return decision.isAllowed()
                ? new IntakeResult.Accepted(request)
                : new IntakeResult.Rejected(
                        request, true, Status.REJECTED, Reason.POLICY, decision.detail(request.source()));
    }
}
