package io.fleetcommand.token;

import io.fleetcommand.model.Topics;
import io.fleetcommand.service.BearerText;
import io.fleetcommand.service.Cleartext;
import io.fleetcommand.service.InvalidSettings;
import io.fleetcommand.service.Secret;
import io.fleetcommand.service.SettingNames;
import io.fleetcommand.service.ValidatedConfig;
import io.fleetcommand.token.api.Caller;
import io.fleetcommand.token.api.Callers;
import io.fleetcommand.token.api.Role;
import io.fleetcommand.token.rotation.RotationSettings;
import io.fleetcommand.token.state.Keyring;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.apache.kafka.clients.CommonClientConfigs;

/** The token-service's settings, checked together; {@link TokenServiceConfigDef} describes each. */
record TokenServiceSettings(ValidatedConfig config) {
    /** In characters. A shorter secret could be guessed. */
    private static final int MIN_SECRET_LENGTH = 16;

    private static final Pattern CALLER =
            Pattern.compile("(?<name>[A-Za-z0-9_-]+)\\.(?<what>role|secret(\\.[A-Za-z0-9_-]+)?)");
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(3);

    /** The names of all settings, by which environment variables are recognized. */
    static SettingNames names() {
        return new SettingNames(TokenServiceConfigDef.settings().names(), TokenServiceConfigDef.PASS_THROUGH);
    }

    /** @throws InvalidSettings if any setting is invalid; the message lists every fault */
    static TokenServiceSettings from(Map<String, String> config) {
        ValidatedConfig checked =
                ValidatedConfig.check(TokenServiceConfigDef.settings(), TokenServiceConfigDef.PASS_THROUGH, config);
        checkCloud(checked, HttpUrl.parse(checked.text("cloud.url")));
        for (String required : requiredWith(checked.text("token.source"))) {
            checked.require(
                    !checked.text(required).isBlank(),
                    required + ": required with token.source=" + checked.text("token.source"));
        }
        checked.require(
                checked.text("bootstrap.servers").isEmpty()
                        != checked.text("state.file").isEmpty(),
                "bootstrap.servers, state.file: give one of them, to say where the state is kept");
        checked.require(
                checked.text("tls.certificate.file").isEmpty()
                        == checked.text("tls.key.file").isEmpty(),
                "tls.certificate.file, tls.key.file: give both or none");
        checked.require(
                checked.longNumber("token.overlap.ms")
                        <= checked.longNumber("token.life.s") * 1_000 * (1 - checked.fraction("token.renew.fraction")),
                "token.overlap.ms: must fit into what is left of token.life.s after token.renew.fraction");
        keyFault(checked.text("state.keys")).ifPresent(fault -> checked.require(false, "state.keys: " + fault));
        checked.require(
                checked.text("admin.token").isBlank()
                        || BearerText.isValid(checked.text("admin.token").strip()),
                "admin.token" + BearerText.FAULT);
        checkCallers(checked);
        return new TokenServiceSettings(checked.orThrow());
    }

    private static void checkCloud(ValidatedConfig checked, HttpUrl url) {
        checked.require(url != null, "cloud.url: not an http or https URL");
        if (url != null) {
            checked.require(
                    url.username().isEmpty() && url.password().isEmpty(),
                    "cloud.url: must hold no user and password; they would be seen wherever the address is");
            Cleartext.check(checked, "cloud.url", url.isHttps(), url.host());
        }
    }

    private static List<String> requiredWith(String origin) {
        return switch (origin) {
            case "client-credentials" -> List.of("client.id", "client.secret");
            case "api-user" -> List.of("product", "admin.token", "api.user.name");
            case "static" -> List.of("static.token.file");
            default -> List.of();
        };
    }

    private static Optional<String> keyFault(String keys) {
        try {
            Keyring.parse(keys);
            return Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.of(String.valueOf(malformed.getMessage()));
        }
    }

    private static void checkCallers(ValidatedConfig checked) {
        Map<String, String> callers = checked.under(TokenServiceConfigDef.CALLER);
        checked.require(
                callers.keySet().stream().anyMatch(name -> name.contains(".secret")),
                "caller.NAME.secret: no caller is configured, so the token could not be fetched");
        Map<String, String> ownerBySecret = new HashMap<>();
        new TreeMap<>(callers).forEach((name, value) -> {
            Matcher parts = CALLER.matcher(name);
            String setting = TokenServiceConfigDef.CALLER + name;
            if (!parts.matches()) {
                checked.require(
                        false, setting + ": must be caller.NAME.secret, caller.NAME.secret.LABEL or caller.NAME.role");
            } else if (parts.group("what").equals("role")) {
                checked.require(
                        value.equals("reader") || value.equals("operator"), setting + ": must be reader or operator");
            } else {
                checked.require(
                        value.strip().length() >= MIN_SECRET_LENGTH,
                        setting + ": must have " + MIN_SECRET_LENGTH + " characters or more");
                checked.require(BearerText.isValid(value.strip()), setting + BearerText.FAULT);
                String owner = ownerBySecret.putIfAbsent(value.strip(), parts.group("name"));
                checked.require(
                        owner == null || owner.equals(parts.group("name")),
                        setting + ": is the secret of another caller too");
            }
        });
    }

    String host() {
        return config.text("listen.host");
    }

    int port() {
        return config.number("listen.port");
    }

    Optional<Path> certificateFile() {
        return path("tls.certificate.file");
    }

    Path keyFile() {
        return Path.of(config.text("tls.key.file"));
    }

    TokenOrigin origin() {
        return TokenOrigin.of(config.text("token.source"));
    }

    HttpUrl cloudUrl() {
        return HttpUrl.get(config.text("cloud.url"));
    }

    Duration cloudTimeout() {
        return Duration.ofMillis(config.longNumber("cloud.timeout.ms"));
    }

    String clientId() {
        return config.text("client.id").strip();
    }

    Secret clientSecret() {
        return Secret.of(config.text("client.secret").strip());
    }

    String product() {
        return config.text("product");
    }

    Secret adminToken() {
        return Secret.of(config.text("admin.token").strip());
    }

    String apiUserName() {
        return config.text("api.user.name");
    }

    Path tokenFile() {
        return Path.of(config.text("static.token.file"));
    }

    Duration tokenLifetime() {
        return Duration.ofSeconds(config.longNumber("token.life.s"));
    }

    RotationSettings rotationSettings() {
        return new RotationSettings(
                tokenLifetime(),
                config.fraction("token.renew.fraction"),
                Duration.ofMillis(config.longNumber("token.overlap.ms")),
                cloudTimeout().plus(LEASE_MARGIN),
                origin() != TokenOrigin.STATIC);
    }

    Keyring stateKeys() {
        return Keyring.parse(config.text("state.keys"));
    }

    /** Empty if the state is stored in Kafka. */
    Optional<Path> stateFile() {
        return path("state.file");
    }

    String stateTopic() {
        return new Topics(config.text("topic.prefix")).tokenState();
    }

    String group() {
        return config.text("application.id");
    }

    boolean createsTopic() {
        return config.flag("topics.create");
    }

    short replicationFactor() {
        return (short) config.number("topics.replication.factor");
    }

    /** Configuration of every Kafka client. */
    Map<String, Object> kafka() {
        Map<String, Object> kafka = new HashMap<>(config.under(TokenServiceConfigDef.KAFKA));
        kafka.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.text("bootstrap.servers"));
        return kafka;
    }

    Callers callers() {
        Map<String, String> settings = config.under(TokenServiceConfigDef.CALLER);
        Map<String, List<Secret>> secrets = new TreeMap<>();
        settings.forEach((setting, value) -> {
            Matcher parts = CALLER.matcher(setting);
            if (parts.matches() && !parts.group("what").equals("role")) {
                secrets.computeIfAbsent(parts.group("name"), none -> new ArrayList<>())
                        .add(Secret.of(value.strip()));
            }
        });
        List<Caller> callers = new ArrayList<>();
        secrets.forEach((name, own) -> callers.add(new Caller(
                name,
                Role.valueOf(settings.getOrDefault(name + ".role", "reader").toUpperCase(Locale.ROOT)),
                own)));
        return new Callers(callers);
    }

    private Optional<Path> path(String name) {
        return Optional.of(config.text(name)).filter(text -> !text.isEmpty()).map(Path::of);
    }
}
