package io.fleetcommand.operations.topics;

import io.fleetcommand.model.DeviceCommand;
import io.fleetcommand.model.Topics;
import io.fleetcommand.model.VariablePoll;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;

/** The schemas of this build, by topic. */
public final class TopicSchemas {
    private TopicSchemas() {}

    /** Of the topics that the prefix names, and of all that requests are read from. */
    public static Map<String, Schema> of(Topics topics, RequestTopics requests) {
        Map<String, Schema> schemas = new HashMap<>(topics.schemas());
        requests.commands().forEach(topic -> schemas.put(topic, DeviceCommand.getClassSchema()));
        requests.polls().forEach(topic -> schemas.put(topic, VariablePoll.getClassSchema()));
        return schemas;
    }
}
