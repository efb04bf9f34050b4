package io.fleetcommand.stack;

import io.fleetcommand.model.Topics;
import io.fleetcommand.operations.topics.AclsFile;
import io.fleetcommand.operations.topics.Names;
import io.fleetcommand.operations.topics.Rollout;
import io.fleetcommand.operations.topics.TopicsFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** The stack's Kafka broker. */
public final class LocalBroker {
    private static final String NAME = "broker";
    private static final String APPLICATION = "fleet-processor";

    private final StackContext site;
    private final int port = StackContext.freePort();
    private final int controllerPort = StackContext.freePort();

    LocalBroker(StackContext site) {
        this.site = site;
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    public void start() {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.putAll(site.security().broker(port, controllerPort));
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("log.dirs", site.folder().resolve(NAME).toString());
        settings.put("auto.create.topics.enable", "false");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("transaction.state.log.num.partitions", "1");
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        // What a killed processor was about to commit holds its successor up until the broker ends it.
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        for (String topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            settings.put(topic + ".replication.factor", "1");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        site.children()
                .start(
                        NAME,
                        site.installation().classPath(),
                        List.of("-Xmx384m"),
                        Stream.concat(
                                        Stream.of(
                                                BrokerMain.class.getName(),
                                                site.folder()
                                                        .settings(NAME, settings)
                                                        .toString()),
                                        site.security().users().stream().map(Path::toString))
                                .toList(),
                        Map.of("LOG_LEVEL", "WARN"));
    }

    /** Waits until it answers. */
    public void await() {
        site.children().child(NAME).await(this::answers, StackContext.TIMEOUT);
    }

    /** SIGTERM, then a new start on the same port and data. */
    public void restart() {
        site.children().child(NAME).terminate();
        start();
        await();
    }

    /** In a secured stack nobody may make topics but the super user, and nobody else may do anything before this. */
    void grantRights() {
        if (!site.options().secured()) {
            return;
        }
        Names names = new Names(Topics.DEFAULT_PREFIX, APPLICATION);
        TopicsFile topics = TopicsFile.read(site.installation().topics());
        Rollout rollout = new Rollout(
                topics.withCounts(topics.partitions(), (short) 1).topics(names),
                AclsFile.read(site.installation().acls()).bindings(names),
                line -> {});
        try (Admin admin = Admin.create(superUser())) {
            rollout.run(admin, false);
        }
    }

    private Map<String, Object> superUser() {
        Map<String, Object> config = new HashMap<>(site.security().client(ScramOverTls.SUPER_USER));
        config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address());
        return config;
    }

    private boolean answers() {
        Map<String, Object> config = superUser();
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2_000);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 1_000);
        try (Admin admin = Admin.create(config)) {
            return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException notYet) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
