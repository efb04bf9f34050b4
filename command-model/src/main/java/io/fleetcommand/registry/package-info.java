/**
 * Avro records in the Confluent wire format, with schemas kept in a registry that speaks Confluent's REST protocol.
 *
 * <p>{@link io.fleetcommand.registry.AvroSerializer} and {@link io.fleetcommand.registry.AvroDeserializer} are chosen by
 * class name in a Kafka client's configuration and take Confluent's own setting names, so that
 * {@code io.confluent.kafka.serializers.KafkaAvroSerializer} and its counterpart can be put in their place; either reads
 * what the other wrote. Confluent's classes are not on Maven Central, which is why these exist.
 *
 * <table>
 * <caption>Settings</caption>
 * <tr><td>{@code schema.registry.url}</td><td>one or more URLs, separated by commas and tried in turn;
 *     {@code mock://name} is a registry within the process, for tests</td></tr>
 * <tr><td>{@code auto.register.schemas}</td><td>true (default): a schema that the registry does not know is registered;
 *     false: it must be there</td></tr>
 * <tr><td>{@code basic.auth.credentials.source}</td><td>{@code URL} (default): user and password stand in the URL;
 *     {@code USER_INFO}: they stand in {@code basic.auth.user.info}</td></tr>
 * <tr><td>{@code basic.auth.user.info}</td><td>{@code user:password}</td></tr>
 * <tr><td>{@code bearer.auth.credentials.source}</td><td>{@code STATIC_TOKEN}: send {@code bearer.auth.token}</td></tr>
 * <tr><td>{@code bearer.auth.token}</td><td>the token</td></tr>
 * <tr><td>{@code schema.registry.ssl.*}</td><td>Kafka's own {@code ssl.*} settings, such as
 *     {@code schema.registry.ssl.truststore.location}</td></tr>
 * </table>
 *
 * <p>Whatever the bytes are, the deserializer gives a record, or throws one of three exceptions:
 * {@link io.fleetcommand.registry.UnreadableRecord} and {@link io.fleetcommand.registry.UnknownSchema} say that it never
 * will be one for this program, {@link io.fleetcommand.registry.RegistryUnavailable} that it may be one later. Only a
 * registry's own error codes count as its word; of several addresses one that does not have a schema may lag, so all are
 * asked. A look-up for a reader, with all that the schema refers to, takes four seconds at most, and an address that failed is left alone for half a second to
 * ten. Ids by which nothing can be read are remembered for a minute.
 *
 * <p>A writer's schema is parsed leniently: neither defaults nor names are checked, and references are fetched. Its fields
 * may have any form that means the same: units of time are converted, and a null stands for a field's default. A field
 * that means something else is refused by its name. A value in another wire format is refused with the form and the
 * writer's settings to change, where it can be told.
 *
 * <p>Subjects follow TopicNameStrategy: the topic's name with {@code -value} or {@code -key}.
 */
package io.fleetcommand.registry;
