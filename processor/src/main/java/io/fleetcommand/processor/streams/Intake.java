package io.fleetcommand.processor.streams;

import io.fleetcommand.processor.core.AccessRules;
import io.fleetcommand.processor.core.Reason;
import io.fleetcommand.processor.core.ReplyTo;
import io.fleetcommand.processor.core.Request;
import io.fleetcommand.processor.core.Status;
import io.fleetcommand.processor.core.Validity;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Reads requests and says which are fit for the ledger. A request that is not is answered, never dropped. */
final class Intake {
    private final RecordReader reader;
    private final ReplyTopics replyTopics;
    private final Supplier<AccessRules> access;

    /** @param access the rules as they are at the moment: each request is judged once, when it is read */
    Intake(RecordReader reader, ReplyTopics replyTopics, Supplier<AccessRules> access) {
        this.reader = reader;
        this.replyTopics = replyTopics;
        this.access = access;
    }

    Reading command(Arrival arrival) {
        return read(arrival, true, reader::command);
    }

    Reading poll(Arrival arrival) {
        return read(arrival, false, reader::poll);
    }

    private Reading read(Arrival arrival, boolean command, BiFunction<Arrival, ReplyTo, Decoded<Request>> decoding) {
        ReplyTo wanted = ReplyHeaders.read(arrival.headers());
        Optional<String> refusal = replyTopics.refusal(arrival.topic(), wanted);
        ReplyTo replyTo = refusal.isPresent() ? wanted.withoutTopic() : wanted;
        Decoded<Request> decoded = decoding.apply(arrival, replyTo);
        if (decoded instanceof Decoded.Bad<Request> bad) {
            return new Reading.Refused(
                    Request.unreadable(command, replyTo), false, Status.INVALID, bad.reason(), bad.detail());
        }
        Request request = ((Decoded.Good<Request>) decoded).value();
        return Validity.fault(request, arrival.keyText())
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
