package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.streams.codec.InboundRecord;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets aside the records whose processing failed unexpectedly too often, and counts such failures of the others.
 * Confined to the task's stream thread.
 */
final class PoisonFilter implements RecordStep {
    private static final Logger LOG = LoggerFactory.getLogger(PoisonFilter.class);

    private final PoisonRecords poison;
    private final InputRouter router;
    private final RequestObserver observer;
    private final String failedRequests;

    /** @param failedRequests the topic of records that were set aside */
    PoisonFilter(PoisonRecords poison, InputRouter router, RequestObserver observer, String failedRequests) {
        this.poison = poison;
        this.router = router;
        this.observer = observer;
        this.failedRequests = failedRequests;
    }

    /** @throws UnexpectedFailure if a fresh stream thread should try again */
    @Override
    public OptionalInt process(InboundRecord inbound, long nowMs) {
        Optional<RecordStep> step = decode(inbound, nowMs);
        if (step.isEmpty()) {
            setAside(inbound, nowMs);
            return OptionalInt.empty();
        }
        try {
            return step.get().process(inbound, nowMs);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
            if (!PoisonRecords.isUnexpected(failure)) {
                throw failure;
            }
            poison.failed(inbound.position(), failure);
            throw new UnexpectedFailure("processing of a record failed: " + inbound.position(), failure);
        }
    }

    /** Empty if the record has failed too often. Decoding has no side effects, so a failure is retried at once. */
    private Optional<RecordStep> decode(InboundRecord inbound, long nowMs) {
        while (!poison.isPoison(inbound.position())) {
            try {
                return Optional.of(router.decode(inbound, nowMs));
            } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError failure) {
                if (!PoisonRecords.isUnexpected(failure)) {
                    throw failure;
                }
                poison.failed(inbound.position(), failure);
            }
        }
        return Optional.empty();
    }

    private void setAside(InboundRecord inbound, long nowMs) {
        LOG.error("{}: record set aside in {} after repeated failures", inbound.position(), failedRequests);
        observer.setAside(router.source(inbound));
        router.reject(
                inbound,
                Reason.INTERNAL_ERROR,
                "processing of the record at " + inbound.position() + " failed unexpectedly several times; the log says"
                        + " how. It was not run",
                nowMs);
    }
}
