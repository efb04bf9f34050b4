package io.fleetcommand.operations;

import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Guarantee;
import io.fleetcommand.model.RequestView;
import io.fleetcommand.model.Status;
import io.fleetcommand.processor.core.request.RequestKey;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/**
 * One record of the failed requests.
 *
 * @param headers what its caller asked to have echoed, such as a correlation id
 */
public record Failure(FailedRequest record, Headers headers) {
    public RequestOutcome outcome() {
        return RequestOutcome.of(record);
    }

    RequestKey key() {
        return new RequestKey(record.getDeviceId(), record.getRequestId());
    }

    boolean isReadable() {
        return record.getRequest() != null && !record.getRequestId().isBlank();
    }

    /** Whether it was read from a topic for its kind of request that the processor still reads. */
    boolean sourceIn(RequestTopics requests) {
        List<String> topics =
                request().filter(RequestView::isCommand).isPresent() ? requests.commands() : requests.polls();
        return topics.contains(record.getSourceTopic());
    }

    /** Which replay this was the failure of; number 0 if none. */
    ReplayId id() {
        return ReplayId.of(record.getRequestId(), replayOf());
    }

    Optional<String> replayOf() {
        return request().flatMap(RequestView::replayOf);
    }

    Instant createdAt() {
        return request().map(RequestView::createdAt).orElse(record.getFailedAt());
    }

    /** Whether another run could be the second though only one was allowed. */
    boolean mayHaveRunOnce() {
        return record.getStatus() == Status.OUTCOME_UNKNOWN && isAtMostOnce();
    }

    boolean isAtMostOnce() {
        return request()
                .map(RequestView::guarantee)
                .filter(Guarantee.AT_MOST_ONCE::equals)
                .isPresent();
    }

    private Optional<RequestView> request() {
        return RequestView.of(record.getRequest());
    }
}
