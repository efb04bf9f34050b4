package io.fleetcommand.processor.streams.topics;

import io.fleetcommand.model.Topics;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The topics that requests are read from: one for all clients, or one per client service, so that Kafka ACLs identify
 * the requester. They are co-partitioned with the journal.
 *
 * @param commands topics of DeviceCommand records
 * @param polls topics of VariablePoll records
 */
public record RequestTopics(List<String> commands, List<String> polls) {
    public RequestTopics {
        commands = List.copyOf(commands);
        polls = List.copyOf(polls);
    }

    /** The default request topics of a topic prefix. */
    public static RequestTopics of(Topics topics) {
        return new RequestTopics(List.of(topics.commands()), List.of(topics.polls()));
    }

    /** Topic names that are configured twice, or that have another use. */
    public Set<String> clashes(Topics topics) {
        List<String> taken = Stream.of(
                        commands, polls, topics.answers(), List.of(topics.cancellations(), topics.attempts()))
                .flatMap(List::stream)
                .toList();
        return taken.stream()
                .filter(name -> taken.indexOf(name) != taken.lastIndexOf(name))
                .collect(Collectors.toSet());
    }
}
