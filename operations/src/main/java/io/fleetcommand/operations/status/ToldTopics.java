package io.fleetcommand.operations.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.fleetcommand.operations.status.Instances.Heard;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** The request topics, as the running instances say that they read them. */
public final class ToldTopics {
    /** As Kafka has them; what is none is not taken from anybody. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    private ToldTopics() {}

    /** Those of all instances together; empty if none of them says any. */
    public static Optional<RequestTopics> of(List<Heard> heard) {
        List<String> commands = names(heard, "commands");
        List<String> polls = names(heard, "polls");
        return commands.isEmpty() || polls.isEmpty()
                ? Optional.empty()
                : Optional.of(new RequestTopics(commands, polls));
    }

    private static List<String> names(List<Heard> heard, String kind) {
        return heard.stream()
                .flatMap(one -> one.status().stream())
                .map(status -> status.path("request_topics").path(kind))
                .flatMap(names -> StreamSupport.stream(names.spliterator(), false))
                .map(JsonNode::asText)
                .filter(name -> NAME.matcher(name).matches())
                .distinct()
                .toList();
    }
}
