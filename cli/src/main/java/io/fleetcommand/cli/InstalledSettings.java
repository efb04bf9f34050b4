package io.fleetcommand.cli;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.doctor.TokenGiver;
import io.fleetcommand.operations.doctor.TokenServiceSession;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import io.fleetcommand.registry.Tls;
import io.fleetcommand.service.ConfigLoader;
import io.fleetcommand.service.Secret;
import io.fleetcommand.service.SettingNames;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * What a settings file says of an installation: a processor's own, or one of Kafka client settings, which says less.
 *
 * @param byName references to secrets resolved
 */
record InstalledSettings(Map<String, String> byName) {
    /** Nothing is known but what flags say. */
    static final InstalledSettings NONE = new InstalledSettings(Map.of());

    private static final String BROKERS = "bootstrap.servers";
    private static final String REGISTRY = "schema.registry.url";
    private static final String KAFKA = "kafka.";
    private static final String TOKEN_SERVICE_TLS = "token.service.";

    InstalledSettings {
        byName = Map.copyOf(byName);
    }

    /** @throws io.fleetcommand.service.InvalidSettings if the file cannot be read, or a reference not be resolved */
    static InstalledSettings read(Path file) {
        return new InstalledSettings(
                ConfigLoader.read(List.of(file.toString()), Map.of(), new SettingNames(Set.of(), Set.of())));
    }

    Optional<String> cloud() {
        return text("cloud.url").map(CloudOptions::withoutSlash);
    }

    String product() {
        return text("product").orElse("");
    }

    boolean isByAccount() {
        return text("cloud.addressing").filter("account"::equals).isPresent();
    }

    Optional<Path> policy() {
        return text("policy.file").map(Path::of);
    }

    Optional<String> prefix() {
        return text("topic.prefix");
    }

    String application() {
        return text("application.id").orElse("fleet-processor");
    }

    String quotaTopic(Topics topics) {
        return text("quota.topic").orElseGet(topics::quota);
    }

    RequestTopics requests(Topics topics) {
        RequestTopics standard = RequestTopics.of(topics);
        return new RequestTopics(
                list("request.topics.commands", standard.commands()), list("request.topics.polls", standard.polls()));
    }

    /** The token-service, as the processor of these settings sees it. */
    Optional<TokenGiver> tokenService() {
        Map<String, Object> tls = new HashMap<>();
        byName.forEach((name, value) -> {
            if (name.startsWith(TOKEN_SERVICE_TLS + "ssl.")) {
                tls.put(name.substring(TOKEN_SERVICE_TLS.length()), value);
            }
        });
        Optional<SSLContext> trusted =
                tls.isEmpty() ? Optional.empty() : Optional.of(Tls.from(tls).context());
        return text("token.service.secret")
                .flatMap(secret -> text("token.service.url")
                        .map(urls -> new TokenServiceSession(split(urls), Secret.of(secret.strip()), trusted)));
    }

    /**
     * Settings of an admin client.
     *
     * @throws IllegalStateException if it is not known where Kafka is
     */
    Map<String, Object> admin(Optional<String> flag) {
        Map<String, Object> admin = new HashMap<>();
        boolean processors = cloud().isPresent();
        byName.forEach((name, value) -> {
            if (processors && name.startsWith(KAFKA)) {
                admin.put(name.substring(KAFKA.length()), value);
            } else if (!processors && !name.equals(REGISTRY)) {
                admin.put(name, value);
            }
        });
        admin.put(BROKERS, flag.or(() -> text(BROKERS)).orElseThrow(() -> missing(BROKERS, "--bootstrap-servers")));
        return admin;
    }

    /**
     * Settings of a registry client.
     *
     * @throws IllegalStateException if it is not known where the registry is
     */
    Map<String, Object> registry(Optional<String> flag) {
        Map<String, Object> registry = new HashMap<>(byName);
        registry.put(REGISTRY, flag.or(() -> text(REGISTRY)).orElseThrow(() -> missing(REGISTRY, "--schema-registry")));
        return registry;
    }

    private static IllegalStateException missing(String setting, String flag) {
        return new IllegalStateException("the settings lack " + setting + ": add it, or give " + flag);
    }

    private List<String> list(String name, List<String> standard) {
        return text(name)
                .map(InstalledSettings::split)
                .filter(names -> !names.isEmpty())
                .orElse(standard);
    }

    private static List<String> split(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(byName.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}
