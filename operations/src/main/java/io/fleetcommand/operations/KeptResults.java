package io.fleetcommand.operations;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.kafka.Kafka;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;

/** The results that the result topics still hold. */
public final class KeptResults {
    /** A record's time in Kafka may differ a little from the time it tells of. */
    private static final Duration SLACK = Duration.ofMinutes(5);

    private final Kafka kafka;
    private final Topics topics;

    public KeptResults(Kafka kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    /**
     * Reads through all of them, and hands over those that match, each device's in their order.
     *
     * @return how many records were passed over since they could not be read
     */
    public long find(Filter filter, ProgressListener meter, Consumer<RequestOutcome> each) {
        Optional<Instant> since = filter.since().map(time -> time.minus(SLACK));
        try (TopicReader scan = new TopicReader(kafka)) {
            List<TopicPartition> partitions = Stream.of(topics.commandResults(), topics.pollResults())
                    .flatMap(topic -> scan.partitions(topic).stream())
                    .toList();
            scan.read(
                    partitions,
                    since,
                    meter,
                    record -> scan.decode(record, SpecificRecord.class)
                            .flatMap(RequestOutcome::of)
                            .filter(filter::matches)
                            .ifPresent(each));
            return scan.unreadable();
        }
    }
}
