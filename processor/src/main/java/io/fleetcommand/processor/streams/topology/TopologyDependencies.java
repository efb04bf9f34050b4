package io.fleetcommand.processor.streams.topology;

import io.fleetcommand.model.Topics;
import io.fleetcommand.processor.core.ledger.Ledger;
import io.fleetcommand.processor.core.ledger.LedgerTimeouts;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.ports.Backlog;
import io.fleetcommand.processor.core.ports.CallLimiter;
import io.fleetcommand.processor.core.ports.CallScheduler;
import io.fleetcommand.processor.core.ports.CallStarter;
import io.fleetcommand.processor.core.ports.DeviceBackoffs;
import io.fleetcommand.processor.core.ports.Journal;
import io.fleetcommand.processor.core.ports.ParkedDeviceStore;
import io.fleetcommand.processor.core.ports.ReplyTopics;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.IntakeLimits;
import io.fleetcommand.processor.core.request.Source;
import io.fleetcommand.processor.streams.codec.KeyPartitions;
import io.fleetcommand.processor.streams.codec.RecordCodecs;
import io.fleetcommand.processor.streams.codec.SchemaLookups;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The dependencies of the topology. All of them are thread-safe and shared by the stream threads.
 *
 * @param requests the topics that requests are read from
 * @param partitions the partitioner of the request topics
 * @param schemas the schema cache of the codecs
 * @param poison records whose processing failed
 * @param policy the access policy in force
 * @param limits per-caller limits of requests
 * @param newScheduler creates the empty scheduler of a task that starts
 * @param newObserver creates the observer of the task of a partition
 * @param commits commits of the stream threads
 * @param inTransactions whether Kafka Streams runs with exactly-once processing, so that all writes of a task between
 *     two commits become visible together or not at all
 * @param epochs supplies a unique epoch for each start of a task
 * @param random uniform random numbers in [0, 1)
 * @param tick interval of the ticks of a task
 * @param nanoClock monotonic clock that limits the duration of a round
 * @param heartbeat called with the task id on each tick
 * @param taskEnded called with the task id when a task ends
 */
public record TopologyDependencies(
        Topics topics,
        RequestTopics requests,
        KeyPartitions partitions,
        SchemaLookups schemas,
        RecordCodecs codecs,
        ReplyTopics replyTopics,
        PoisonRecords poison,
        Supplier<AccessPolicy> policy,
        LedgerTimeouts timeouts,
        IntakeLimits limits,
        SchedulerFactory newScheduler,
        IntFunction<RequestObserver> newObserver,
        Commits commits,
        boolean inTransactions,
        Supplier<String> epochs,
        DoubleSupplier random,
        CallLimiter limiter,
        CallStarter calls,
        Journal journal,
        Duration tick,
        LongSupplier nanoClock,
        Consumer<String> heartbeat,
        Consumer<String> taskEnded) {
    /** Creates an empty scheduler over a task's stores. */
    @FunctionalInterface
    public interface SchedulerFactory {
        CallScheduler create(Backlog backlog, ParkedDeviceStore parked, DeviceBackoffs backoffs);
    }

    /** The source of each topic that a task reads. */
    Map<String, Source> sources() {
        Map<String, Source> sources = new HashMap<>();
        sources.put(topics.attempts(), Source.JOURNAL);
        sources.put(topics.cancellations(), Source.CANCELLATIONS);
        requests.commands().forEach(topic -> sources.put(topic, Source.COMMANDS));
        requests.polls().forEach(topic -> sources.put(topic, Source.POLLS));
        return Map.copyOf(sources);
    }

    Ledger newLedger() {
        return new Ledger(timeouts, epochs.get(), random);
    }
}
