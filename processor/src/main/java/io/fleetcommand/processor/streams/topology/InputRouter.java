package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ledger.JournalEvent;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.core.request.Source;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.streams.codec.Decoded;
import io.fleetcommand.processor.streams.codec.InboundRecord;
import io.fleetcommand.processor.streams.codec.IntakeResult;
import io.fleetcommand.processor.streams.codec.JournalCodec;
import io.fleetcommand.processor.streams.store.LedgerStore;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes each record by its topic and passes it to the task: a request if it is admitted, a cancellation, a journal
 * event. What the task does not get is rejected. Confined to the task's stream thread.
 */
final class InputRouter {
    private static final Logger LOG = LoggerFactory.getLogger(InputRouter.class);
    private static final Duration ERROR_INTERVAL = Duration.ofSeconds(5);

    private final Map<String, Source> sources;
    private final RequestIntake intake;
    private final JournalCodec journal;
    private final AdmissionControl admission;
    private final LedgerStore store;
    private final PartitionTask task;
    private final ResultPublisher results;
    private final RequestObserver observer;
    private long nextErrorMs;

    /** @param sources the source of each topic that is read */
    InputRouter(
            Map<String, Source> sources,
            RequestIntake intake,
            JournalCodec journal,
            AdmissionControl admission,
            LedgerStore store,
            PartitionTask task,
            ResultPublisher results,
            RequestObserver observer) {
        this.sources = sources;
        this.intake = intake;
        this.journal = journal;
        this.admission = admission;
        this.store = store;
        this.task = task;
        this.results = results;
        this.observer = observer;
    }

    Source source(InboundRecord inbound) {
        return sources.get(inbound.topic());
    }

    /** Decodes and validates a record, without side effects, into the step that processes it. */
    RecordStep decode(InboundRecord inbound, long nowMs) {
        return switch (source(inbound)) {
            case COMMANDS -> request(intake.command(inbound, nowMs));
            case POLLS -> request(intake.poll(inbound, nowMs));
            case CANCELLATIONS -> cancellation(intake.cancellation(inbound));
            case JOURNAL -> journalEvent(journal.read(inbound));
        };
    }

    /** Rejects a record without processing it, with as much of the request as can be decoded. */
    void reject(InboundRecord inbound, Reason reason, String detail, long nowMs) {
        results.reject(inbound, unread(inbound, reason, detail), nowMs);
    }

    /**
     * A rejection that is not sent as a result if the ledger knows the request, whose result then comes from the
     * ledger.
     */
    private IntakeResult.Rejected unread(InboundRecord inbound, Reason reason, String detail) {
        IntakeResult.Rejected rejected = switch (source(inbound)) {
            case COMMANDS -> intake.unreadCommand(inbound, reason, detail);
            case POLLS -> intake.unreadPoll(inbound, reason, detail);
            case CANCELLATIONS -> intake.unreadCancellation(inbound, reason, detail);
            case JOURNAL -> intake.unreadJournalEvent(inbound, reason, detail);
        };
        RequestKey key = rejected.request().key();
        return key.requestId().isBlank() || store.find(key).isEmpty() ? rejected : rejected.keptForOperations();
    }

    private RecordStep request(IntakeResult reading) {
        return (inbound, nowMs) -> {
            if (reading instanceof IntakeResult.Pending pending) {
                return OptionalInt.of(pending.schemaId());
            }
            IntakeResult admitted = reading instanceof IntakeResult.Accepted accepted ? admitted(accepted) : reading;
            if (admitted instanceof IntakeResult.Accepted accepted) {
                task.request(accepted.request(), nowMs);
            } else {
                results.reject(inbound, (IntakeResult.Rejected) admitted, nowMs);
            }
            return OptionalInt.empty();
        };
    }

    /**
     * Applies the admission limit. A request that the ledger knows is always admitted: it adds no work, and may have
     * been called already.
     */
    private IntakeResult admitted(IntakeResult.Accepted accepted) {
        Request request = accepted.request();
        return admission
                .refusal(request)
                .filter(overloaded -> store.find(request.key()).isEmpty())
                .<IntakeResult>map(overloaded ->
                        new IntakeResult.Rejected(request, true, Status.REJECTED, Reason.OVERLOADED, overloaded))
                .orElse(accepted);
    }

    private RecordStep cancellation(Decoded<RequestKey> decoded) {
        return (inbound, nowMs) -> {
            if (decoded instanceof Decoded.Good<RequestKey> good) {
                cancel(inbound, good.value(), nowMs);
            } else if (decoded instanceof Decoded.Bad<RequestKey> bad) {
                results.reject(inbound, unreadable(inbound, bad), nowMs);
            }
            return awaitedSchema(decoded);
        };
    }

    private void cancel(InboundRecord inbound, RequestKey key, long nowMs) {
        admission
                .cancellationRefusal()
                .filter(overloaded -> store.find(key).isEmpty())
                .ifPresentOrElse(
                        overloaded -> results.reject(
                                inbound,
                                unreadable(inbound, new Decoded.Bad<>(Reason.OVERLOADED, overloaded, key)),
                                nowMs),
                        () -> task.cancellation(key, nowMs));
    }

    private RecordStep journalEvent(Decoded<JournalEvent> decoded) {
        return (inbound, nowMs) -> {
            if (decoded instanceof Decoded.Good<JournalEvent> good) {
                task.journalEvent(good.value(), nowMs);
            } else if (decoded instanceof Decoded.Bad<JournalEvent> bad) {
                logUnreadable(inbound, bad, nowMs);
                observer.setAside(Source.JOURNAL);
                results.reject(inbound, unreadable(inbound, bad), nowMs);
            }
            return awaitedSchema(decoded);
        };
    }

    /**
     * At ERROR but rate-limited, so that a journal full of unreadable events does not flood the log; the metric counts
     * all of them.
     */
    private void logUnreadable(InboundRecord inbound, Decoded.Bad<JournalEvent> bad, long nowMs) {
        if (nowMs >= nextErrorMs) {
            nextErrorMs = nowMs + ERROR_INTERVAL.toMillis();
            LOG.error("{}: unreadable journal event: {}", inbound.position(), bad.detail());
        }
    }

    private static OptionalInt awaitedSchema(Decoded<?> decoded) {
        return decoded instanceof Decoded.Pending<?> pending ? OptionalInt.of(pending.schemaId()) : OptionalInt.empty();
    }

    /** No request, so no caller waits for a result: it is only published for operations. */
    private static IntakeResult.Rejected unreadable(InboundRecord inbound, Decoded.Bad<?> bad) {
        return IntakeResult.Rejected.keptForOperations(bad.key(), bad.reason(), inbound.topic() + ": " + bad.detail());
    }
}
