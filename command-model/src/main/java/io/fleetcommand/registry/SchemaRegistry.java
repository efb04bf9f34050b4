package io.fleetcommand.registry;

import org.apache.avro.Schema;

/** A schema registry. Thread-safe. */
interface SchemaRegistry {
    /**
     * Registers a schema under a subject, if it is not registered yet, and returns its id.
     *
     * @throws IncompatibleSchema if the registry rejects it
     * @throws RegistryUnavailable if no registry answers
     */
    int register(String subject, Schema schema);

    /**
     * The id of a schema that is registered under a subject.
     *
     * @throws UnknownSchema if it is not
     * @throws RegistryUnavailable if no registry answers
     */
    int lookUp(String subject, Schema schema);

    /**
     * The schema with an id.
     *
     * @throws UnknownSchema if there is none
     * @throws RegistryUnavailable if no registry answers
     */
    Schema byId(int id);
}
