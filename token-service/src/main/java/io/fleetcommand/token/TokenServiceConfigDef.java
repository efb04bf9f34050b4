package io.fleetcommand.token;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.fleetcommand.service.Cleartext;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** Name, type, default and description of each setting of the token-service. */
final class TokenServiceConfigDef {
    static final String CALLER = "caller.";
    static final String KAFKA = "kafka.";
    static final Set<String> PASS_THROUGH = Set.of(CALLER, KAFKA);

    private TokenServiceConfigDef() {}

    static ConfigDef settings() {
        ConfigDef all = new ConfigDef();
        cloud(all);
        rotation(all);
        state(all);
        optional(all, "listen.host", "127.0.0.1", LOW, "Address that serves the token to processors.");
        all.define(
                "listen.port",
                Type.INT,
                8082,
                between(0, 65_535),
                LOW,
                "Port that serves the token; 0 for any free one.");
        optional(all, "tls.certificate.file", "", MEDIUM, "PEM file of the certificate chain; empty for plain HTTP.");
        optional(
                all,
                "tls.key.file",
                "",
                MEDIUM,
                "PEM file of the certificate's private key, PKCS #8; both files are reloaded when they change.");
        return all;
    }

    private static void cloud(ConfigDef all) {
        all.define(
                "token.source",
                Type.STRING,
                TokenOrigin.CLIENT_CREDENTIALS.settingValue(),
                ValidString.in(TokenOrigin.settingValues()),
                HIGH,
                "Where tokens come from: client-credentials, api-user or static.");
        required(all, "cloud.url", "Address of the device cloud, without a path.");
        all.define(
                Cleartext.SETTING,
                Type.BOOLEAN,
                false,
                LOW,
                "Whether cloud.url may use plain HTTP to other machines; for tests.");
        all.define("cloud.timeout.ms", Type.LONG, 10_000L, between(1, 60_000), LOW, "Timeout of a call to the cloud.");
        optional(all, "client.id", "", HIGH, "client-credentials: id of the product's OAuth client.");
        optional(all, "client.secret", "", HIGH, "client-credentials: secret of the OAuth client; use ${file:...}.");
        optional(all, "product", "", HIGH, "api-user: id or slug of the product.");
        optional(
                all,
                "admin.token",
                "",
                HIGH,
                "api-user: a token that may create and remove API users; use ${file:...}.");
        optional(
                all,
                "api.user.name",
                "fleet-command-processor",
                LOW,
                "api-user: prefix of the users' names; a different one for each installation.");
        optional(all, "static.token.file", "", HIGH, "static: file that holds the token; reloaded when it changes.");
    }

    private static void rotation(ConfigDef all) {
        all.define("token.life.s", Type.LONG, 86_400L, atLeast(10), MEDIUM, "Lifetime of a new token, in seconds.");
        all.define(
                "token.renew.fraction",
                Type.DOUBLE,
                0.7,
                between(0.1, 0.95),
                LOW,
                "Share of its lifetime after which a token is replaced.");
        all.define(
                "token.overlap.ms",
                Type.LONG,
                120_000L,
                atLeast(1_000),
                MEDIUM,
                "How long the previous token stays valid beside the new one; longer than any call in flight and any cache.");
    }

    private static void state(ConfigDef all) {
        required(
                all,
                "state.keys",
                "Keys of the state, ID:BASE64 of 32 bytes, separated by commas; the first one encrypts.");
        optional(
                all,
                "bootstrap.servers",
                "",
                HIGH,
                "Kafka brokers; the state is then in a topic, for any number of replicas.");
        optional(all, "state.file", "", HIGH, "Without Kafka: file of the state, for a single replica.");
        optional(all, "topic.prefix", "fleet.", LOW, "Prefix of all topic names.");
        optional(
                all,
                "application.id",
                "fleet-token-service",
                LOW,
                "Consumer group of all replicas, also their transactional id.");
        all.define("topics.create", Type.BOOLEAN, false, MEDIUM, "Whether to create a missing topic at start.");
        all.define(
                "topics.replication.factor",
                Type.INT,
                3,
                between(1, 100),
                MEDIUM,
                "Replication factor of a created topic.");
    }

    private static void required(ConfigDef all, String name, String meaning) {
        all.define(name, Type.STRING, NO_DEFAULT_VALUE, new NonEmptyString(), HIGH, meaning);
    }

    private static void optional(ConfigDef all, String name, String standard, Importance importance, String meaning) {
        all.define(name, Type.STRING, standard, importance, meaning);
    }
}
