package io.fleetcommand.token;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.fleetcommand.service.CheckedSettings;
import io.fleetcommand.service.InvalidSettings;
import io.fleetcommand.service.Secret;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The token-service's settings, checked together. */
record Settings(CheckedSettings given) {
    private static final String CALLER = "caller.";
    private static final String SECRET = ".secret";

    static ConfigDef definition() {
        return new ConfigDef()
                .define("listen.host", Type.STRING, "127.0.0.1", LOW, "Where processors fetch the token.")
                .define("listen.port", Type.INT, 8082, between(0, 65_535), LOW, "Port of it; 0 for any free one.")
                .define(
                        "cloud.url",
                        Type.STRING,
                        NO_DEFAULT_VALUE,
                        new NonEmptyString(),
                        HIGH,
                        "Address of the device cloud, without a path.")
                .define(
                        "client.id",
                        Type.STRING,
                        NO_DEFAULT_VALUE,
                        new NonEmptyString(),
                        HIGH,
                        "Id of the product's OAuth client.")
                .define(
                        "client.secret",
                        Type.STRING,
                        NO_DEFAULT_VALUE,
                        new NonEmptyString(),
                        HIGH,
                        "Its secret; use ${file:...}.")
                .define("token.life.s", Type.LONG, 86_400L, atLeast(60), MEDIUM, "Life of a new token, in seconds.")
                .define(
                        "token.renew.fraction",
                        Type.DOUBLE,
                        0.7,
                        between(0.1, 0.95),
                        LOW,
                        "Share of its life after which a token is replaced.")
                .define("cloud.timeout.ms", Type.LONG, 10_000L, atLeast(1), LOW, "Limit of a call to the cloud.");
    }

    /** @throws InvalidSettings if any fault is found, listing all of them */
    static Settings from(Map<String, String> given) {
        CheckedSettings checked = CheckedSettings.check(definition(), Set.of(CALLER), given);
        checked.require(HttpUrl.parse(checked.text("cloud.url")) != null, "cloud.url: not an http or https URL");
        Map<String, String> callers = checked.under(CALLER);
        checked.require(!callers.isEmpty(), "caller.NAME.secret: no caller is named, so nobody could fetch the token");
        callers.forEach((name, secret) -> checked.require(
                name.endsWith(SECRET) && name.length() > SECRET.length() && !secret.isBlank(),
                CALLER + name + ": must be caller.NAME.secret with a secret that is not empty"));
        return new Settings(checked.orThrow());
    }

    String host() {
        return given.text("listen.host");
    }

    int port() {
        return given.number("listen.port");
    }

    HttpUrl cloudUrl() {
        return HttpUrl.get(given.text("cloud.url"));
    }

    String clientId() {
        return given.text("client.id");
    }

    Secret clientSecret() {
        return Secret.of(given.text("client.secret"));
    }

    Duration tokenLife() {
        return Duration.ofSeconds(given.longNumber("token.life.s"));
    }

    double renewFraction() {
        return given.fraction("token.renew.fraction");
    }

    Duration cloudTimeout() {
        return Duration.ofMillis(given.longNumber("cloud.timeout.ms"));
    }

    Callers callers() {
        Map<String, Secret> secrets = new HashMap<>();
        given.under(CALLER)
                .forEach((name, secret) ->
                        secrets.put(name.substring(0, name.length() - SECRET.length()), Secret.of(secret)));
        return new Callers(secrets);
    }
}
