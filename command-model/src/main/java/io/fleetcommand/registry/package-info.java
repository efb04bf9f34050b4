/**
 * Serializes Avro records in the Confluent wire format, with schemas in a registry that implements Confluent's REST
 * API.
 *
 * <p>{@link io.fleetcommand.registry.AvroSerializer} and {@link io.fleetcommand.registry.AvroDeserializer} are
 * configured by class name in a Kafka client and have the names of Confluent's settings, so that
 * {@code io.confluent.kafka.serializers.KafkaAvroSerializer} and its counterpart can replace them; either reads what
 * the other wrote. They exist because Confluent's classes are not on Maven Central.
 *
 * <table>
 * <caption>Settings</caption>
 * <tr><td>{@code schema.registry.url}</td><td>one or more URLs, separated by commas and tried in turn;
 *     {@code mock://name} is an in-process registry, for tests</td></tr>
 * <tr><td>{@code auto.register.schemas}</td><td>true (default): an unknown schema is registered; false: it must be
 *     registered already</td></tr>
 * <tr><td>{@code basic.auth.credentials.source}</td><td>{@code URL} (default): user and password are in the URL;
 *     {@code USER_INFO}: they are in {@code basic.auth.user.info}</td></tr>
 * <tr><td>{@code basic.auth.user.info}</td><td>{@code user:password}</td></tr>
 * <tr><td>{@code bearer.auth.credentials.source}</td><td>{@code STATIC_TOKEN}: send {@code bearer.auth.token}</td></tr>
 * <tr><td>{@code bearer.auth.token}</td><td>the token</td></tr>
 * <tr><td>{@code schema.registry.ssl.*}</td><td>Kafka's own {@code ssl.*} settings, such as
 *     {@code schema.registry.ssl.truststore.location}</td></tr>
 * </table>
 *
 * <p>For any bytes, the deserializer returns a record or throws a {@link io.fleetcommand.registry.RegistryException}:
 * {@link io.fleetcommand.registry.UnreadableRecord} and {@link io.fleetcommand.registry.UnknownSchema} are permanent;
 * after {@link io.fleetcommand.registry.RegistryUnavailable} a retry may succeed. {@link
 * io.fleetcommand.registry.ReadFailure#of} tells them apart, and also what Confluent's classes throw. Only a registry's
 * own error codes are believed. Of several addresses, one that does not have a schema may lag, so all are tried. A
 * lookup by a reader, including the references of the schema, takes at most four seconds. A failed address backs off
 * for half a second to ten seconds. Failed lookups are cached for a minute.
 *
 * <p>A writer's schema is parsed leniently: neither defaults nor names are checked, and references are fetched. Its
 * fields may have any type with the same meaning: units of time are converted, and null means the field's default. A
 * field with another meaning is rejected by name. A value in another wire format is rejected; the message names the
 * format, if it is recognized, and the writer's settings to change.
 *
 * <p>Subjects follow TopicNameStrategy: the topic's name with {@code -value} or {@code -key}.
 */
package io.fleetcommand.registry;
