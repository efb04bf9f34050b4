package io.fleetcommand.processor;

import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/** Creates the serializers and deserializers of record values that the settings name. */
record RecordSerdes(ProcessorSettings settings) {
    @SuppressWarnings("unchecked") // A serializer of records takes any object; Confluent's own is one of Object.
    Serializer<Object> serializer() {
        Serializer<Object> serializer = newInstance(settings.serializer(), Serializer.class);
        serializer.configure(settings.kafka().registry(), false);
        return serializer;
    }

    Deserializer<?> deserializer() {
        Deserializer<?> deserializer = newInstance(settings.deserializer(), Deserializer.class);
        deserializer.configure(settings.kafka().registry(), false);
        return deserializer;
    }

    private static <T> T newInstance(String className, Class<T> type) {
        try {
            return Utils.newInstance(className, type);
        } catch (ClassNotFoundException failure) {
            throw new IllegalStateException("the class " + className + " is not on the class path", failure);
        }
    }
}
