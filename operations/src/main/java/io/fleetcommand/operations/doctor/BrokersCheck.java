package io.fleetcommand.operations.doctor;

import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;

/**
 * Whether Kafka's brokers answer.
 *
 * @param servers their addresses, for the message
 */
record BrokersCheck(String servers, Supplier<Admin> kafka) implements Check {
    static final String NAME = "Kafka brokers";
    private static final long LIMIT_S = 10;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Finding run() throws Exception {
        try (Admin admin = kafka.get()) {
            Collection<Node> nodes = admin.describeCluster().nodes().get(LIMIT_S, TimeUnit.SECONDS);
            return Finding.ok(nodes.size() + (nodes.size() == 1 ? " broker answers" : " brokers answer"));
        } catch (TimeoutException silent) {
            return silent();
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof AuthenticationException) {
                return Finding.failed(
                        "the brokers at " + servers + " refuse this client: " + Checkup.why(cause),
                        "check security.protocol, sasl.* and ssl.* in the settings");
            }
            if (cause instanceof ClusterAuthorizationException) {
                return Finding.ok("the brokers answer");
            }
            return cause instanceof org.apache.kafka.common.errors.TimeoutException
                    ? silent()
                    : Finding.failed("the brokers at " + servers + ": " + Checkup.why(cause), "");
        }
    }

    private Finding silent() {
        return Finding.failed(
                "no broker answers at " + servers,
                "see that Kafka runs and that bootstrap.servers is right; if it is, that security.protocol is what the"
                        + " brokers' listener speaks");
    }
}
