package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.AccessRules;
import io.fleetcommand.processor.core.Fact;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.ReplyTo;
import io.fleetcommand.processor.core.ReplyTopics;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.RequestKey;
import io.fleetcommand.processor.core.Status;
import io.fleetcommand.processor.core.Validity;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads requests and says which are fit for the ledger. A request that is not is answered, never dropped. */
final class Intake {
    private final RecordReader reader;
    private final ReplyTopics replyTopics;
    private final Supplier<AccessRules> access;
    private final long maxTtlMs;
    private final KeyPartitions partitions;

    /**
     * @param access the rules as they are at the moment: each request is judged once, when it is read
     * @param maxTtlMs the longest time from reading to deadline
     * @param partitions where records belong
     */
    Intake(
            RecordReader reader,
            ReplyTopics replyTopics,
            Supplier<AccessRules> access,
            long maxTtlMs,
            KeyPartitions partitions) {
        this.reader = reader;
        this.replyTopics = replyTopics;
        this.access = access;
        this.maxTtlMs = maxTtlMs;
        this.partitions = partitions;
    }

    Reading command(Arrival arrival, long nowMs) {
        return read(arrival, true, reader::command, nowMs);
    }

    Reading poll(Arrival arrival, long nowMs) {
        return read(arrival, false, reader::poll, nowMs);
    }

    /** The request that is to be cancelled. */
    Decoded<RequestKey> cancellation(Arrival arrival) {
        Decoded<RequestKey> decoded = reader.cancellation(arrival);
        if (decoded instanceof Decoded.Bad<RequestKey> bad) {
            return new Decoded.Bad<>(bad.reason(), bad.detail(), orByKey(bad.key(), arrival));
        }
        return decoded instanceof Decoded.Good<RequestKey> good
                ? partitions
                        .fault(arrival)
                        .<Decoded<RequestKey>>map(
                                fault -> new Decoded.Bad<>(fault.reason(), fault.detail(), good.value()))
                        .orElse(decoded)
                : decoded;
    }

    /** A command that is refused for no fault of its own, with as much of it as can be read. */
    Reading.Refused unreadCommand(Arrival arrival, Reason reason, String detail) {
        return unread(arrival, true, reason, detail, reader::command);
    }

    /** The same for a poll. */
    Reading.Refused unreadPoll(Arrival arrival, Reason reason, String detail) {
        return unread(arrival, false, reason, detail, reader::poll);
    }

    /** The same for a cancellation, which nobody waits for. */
    Reading.Refused unreadCancellation(Arrival arrival, Reason reason, String detail) {
        Optional<RequestKey> key = unlessItFails(() -> named(reader.cancellation(arrival), named -> named));
        return Reading.Refused.keptForOperations(orByKey(key.orElse(RequestKey.UNKNOWN), arrival), reason, detail);
    }

    /** The same for a line of the journal, whose record's key is no device's. */
    Reading.Refused unreadFact(Arrival arrival, Reason reason, String detail) {
        Optional<RequestKey> key = unlessItFails(() -> named(reader.fact(arrival), Fact::key));
        return Reading.Refused.keptForOperations(key.orElse(RequestKey.UNKNOWN), reason, detail);
    }

    private static <T> Optional<RequestKey> named(Decoded<T> decoded, Function<T, RequestKey> key) {
        if (decoded instanceof Decoded.Bad<T> bad) {
            return Optional.of(bad.key());
        }
        return decoded instanceof Decoded.Good<T> good ? Optional.of(key.apply(good.value())) : Optional.empty();
    }

    /** The key of a record that cannot be read still says which device it is about. */
    private static RequestKey orByKey(RequestKey named, Arrival arrival) {
        return named.deviceId().isEmpty() && Validity.isDeviceId(arrival.keyText())
                ? new RequestKey(arrival.keyText(), named.requestId())
                : named;
    }

    /** Any of what is tried here may be what cannot be done with this record. */
    private Reading.Refused unread(
            Arrival arrival,
            boolean command,
            Reason reason,
            String detail,
            BiFunction<Arrival, ReplyTo, Decoded<Request>> decoding) {
        ReplyTo replyTo = unlessItFails(() -> Optional.of(ReplyHeaders.read(arrival.headers())))
                .map(headers -> unlessItFails(() -> Optional.of(refusal(arrival, headers)))
                        .filter(Optional::isEmpty)
                        .map(accepted -> headers.replyTo())
                        .orElseGet(() -> headers.replyTo().withoutTopic()))
                .orElse(ReplyTo.NOBODY);
        Optional<Request> request =
                unlessItFails(() -> decoding.apply(arrival, replyTo) instanceof Decoded.Good<Request> good
                        ? Optional.of(good.value())
                        : Optional.empty());
        return new Reading.Refused(
                request.orElseGet(() -> Request.unreadable(command, orByKey(RequestKey.UNKNOWN, arrival), replyTo)),
                request.isPresent(),
                Status.INVALID,
                reason,
                detail);
    }

    private Optional<String> refusal(Arrival arrival, ReplyHeaders headers) {
        return headers.fault().or(() -> replyTopics.refusal(arrival.topic(), headers.replyTo()));
    }

    private static <T> Optional<T> unlessItFails(Supplier<Optional<T>> reading) {
        try {
            return reading.get();
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failed) {
            return Optional.empty();
        }
    }

    private Reading read(
            Arrival arrival, boolean command, BiFunction<Arrival, ReplyTo, Decoded<Request>> decoding, long nowMs) {
        ReplyHeaders headers = ReplyHeaders.read(arrival.headers());
        ReplyTo wanted = headers.replyTo();
        Optional<String> refusal = refusal(arrival, headers);
        ReplyTo replyTo = refusal.isPresent() ? wanted.withoutTopic() : wanted;
        Decoded<Request> decoded = decoding.apply(arrival, replyTo);
        if (decoded instanceof Decoded.Bad<Request> bad) {
            return new Reading.Refused(
                    Request.unreadable(command, orByKey(bad.key(), arrival), replyTo),
                    false,
                    Status.INVALID,
                    bad.reason(),
                    bad.detail());
        }
        if (decoded instanceof Decoded.Pending<Request> pending) {
            return new Reading.Pending(pending.schemaId());
        }
        Request request = ((Decoded.Good<Request>) decoded).value();
        return Validity.fault(request, arrival.keyText(), nowMs, maxTtlMs)
                .or(() -> partitions.fault(arrival))
                .or(() -> refusal.map(why -> new Validity.Fault(Reason.REPLY_TOPIC_REFUSED, why)))
                .<Reading>map(
                        fault -> new Reading.Refused(request, true, Status.INVALID, fault.reason(), fault.detail()))
                .orElseGet(() -> judged(request));
    }

    private Reading judged(Request request) {
        AccessRules.Decision decision =
                access.get().decide(request.source(), request.product(), request.action(), request.lane());
        return decision.isAllowed()
                ? new Reading.Understood(request)
                : new Reading.Refused(request, true, Status.REJECTED, Reason.POLICY, decision.detail(request.source()));
    }
}
