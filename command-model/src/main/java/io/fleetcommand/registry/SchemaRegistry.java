package io.fleetcommand.registry;

import org.apache.avro.Schema;

/** A schema registry. Safe for use by many threads. */
interface SchemaRegistry {
    /**
     * The id of a schema under a subject, registering it if need be.
     *
     * @throws IncompatibleSchema if the registry refuses it
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
