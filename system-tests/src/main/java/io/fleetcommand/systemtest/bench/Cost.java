package io.fleetcommand.systemtest.bench;

import io.fleetcommand.operations.stack.StackAddresses;
import io.fleetcommand.stack.LocalStack;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/**
 * What a number of requests cost.
 *
 * @param kafkaBytes by which all topics of the broker have grown, internal ones included
 */
record Cost(double cpuMs, long peakMemoryMb, long kafkaBytes) {
    private static final long PATIENCE_S = 30;

    /** Since the program was started. */
    static Cost soFar(LocalStack stack, String program) {
        var effort = stack.process(program).usage();
        return new Cost(effort.cpu().toNanos() / 1e6, effort.peakMemoryMb(), bytes(stack.addresses()));
    }

    /** Of what was done after an earlier time; the peak of memory is that of the whole life. */
    Cost since(Cost earlier) {
        return new Cost(cpuMs - earlier.cpuMs, peakMemoryMb, kafkaBytes - earlier.kafkaBytes);
    }

    private static long bytes(StackAddresses at) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", at.bootstrapServers()))) {
            var brokers = admin.describeCluster().nodes().get(PATIENCE_S, TimeUnit.SECONDS).stream()
                    .map(node -> node.id())
                    .toList();
            return admin.describeLogDirs(brokers).allDescriptions().get(PATIENCE_S, TimeUnit.SECONDS).values().stream()
                    .flatMap(folders -> folders.values().stream())
                    .flatMap(folder -> folder.replicaInfos().values().stream())
                    .mapToLong(replica -> replica.size())
                    .sum();
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("Kafka does not tell how large its topics are", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the topics were measured", interrupted);
        }
    }
}
