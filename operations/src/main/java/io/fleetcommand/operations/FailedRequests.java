package io.fleetcommand.operations;

import io.fleetcommand.model.FailedRequest;
import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** The failed requests that are kept for operations. */
public final class FailedRequests {
    /** A record's time in Kafka may differ a little from the time it tells of. */
    private static final Duration SLACK = Duration.ofMinutes(5);

    private final Kafka kafka;
    private final Topics topics;

    public FailedRequests(Kafka kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    /**
     * Reads through all of them, and hands over those that match, each device's in their order.
     *
     * @return how many records were passed over since they could not be read
     */
    public long find(Filter filter, ProgressListener meter, Consumer<Failure> each) {
        Optional<Instant> since = filter.since().map(time -> time.minus(SLACK));
        try (TopicReader scan = new TopicReader(kafka)) {
            // Not by the device's partition: a record whose key is not its device id failed for just that.
            scan.read(
                    scan.partitions(topics.failedRequests()),
                    since,
                    meter,
                    record -> scan.decode(record, FailedRequest.class)
                            .map(failed -> new Failure(failed, record.headers()))
                            .filter(failure -> filter.matches(failure.outcome()))
                            .ifPresent(each));
            return scan.unreadable();
        }
    }
}
