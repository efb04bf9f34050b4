package io.fleetcommand.stack;

import io.fleetcommand.model.Topics;
import io.fleetcommand.registry.SchemaPublication;
import java.util.List;
import java.util.Map;

/** The stack's schema registry. */
public final class LocalRegistry {
    private static final String NAME = "registry";

    private final StackContext site;
    private final int port = StackContext.freePort();

    LocalRegistry(StackContext site) {
        this.site = site;
    }

    public String url() {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    public void start() {
        site.children()
                .start(
                        NAME,
                        site.installation().registryClassPath(),
                        List.of("-Xmx256m", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"),
                        List.of("io.quarkus.runner.GeneratedMain"),
                        Map.of(
                                "HTTP_PORT",
                                Integer.toString(port),
                                "QUARKUS_HTTP_HOST",
                                "127.0.0.1",
                                "REGISTRY_DATASOURCE_URL",
                                "jdbc:h2:file:" + site.folder().resolve(NAME).resolve("schemas")));
    }

    /** Waits until it answers. */
    public void await() {
        site.children().child(NAME).await(() -> site.probe().answers(url() + "/subjects"), StackContext.TIMEOUT);
    }

    void publishSchemas() {
        SchemaPublication schemas = new SchemaPublication(Map.of("schema.registry.url", url()));
        schemas.apply(schemas.missing(new Topics(Topics.DEFAULT_PREFIX).schemas()));
    }

    /** SIGKILL; the schemas are kept. */
    public void kill() {
        site.children().child(NAME).kill();
    }
}
