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
import io.fleetcommand.processor.streams.codec.KeyPartitions;
import io.fleetcommand.processor.streams.codec.RecordReader;
import io.fleetcommand.processor.streams.codec.RecordWriter;
import io.fleetcommand.processor.streams.codec.SchemaLookups;
import io.fleetcommand.processor.streams.topics.RequestTopics;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the topology is joined to. All of it may be used by every stream thread.
 *
 * @param requests the topics that requests are read from
 * @param partitions where their records belong
 * @param schemas what the reader knows of schemas
 * @param poison the records that could not be dealt with
 * @param access the rules of who may ask for what, as they are at the moment
 * @param limits what one caller may ask for at most
 * @param newAgenda an empty agenda for a task that starts, before its backlog
 * @param newObserver who is to see the task of a partition that starts
 * @param commits of the stream threads
 * @param inTransactions whether all that a task writes between two commits is seen together or not at all
 * @param epochs a fresh, never repeated name for each start of a task
 * @param random random numbers from 0 to 1
 * @param tick how often a task looks at the clock
 * @param nanoClock by which a round of work is cut short
 * @param beat told the task whenever a task looks at the clock
 * @param ended told the task that ended
 */
public record TopologyDependencies(
        Topics topics,
        RequestTopics requests,
        KeyPartitions partitions,
        SchemaLookups schemas,
        RecordReader reader,
        RecordWriter writer,
        ReplyTopics replyTopics,
        PoisonRecords poison,
        Supplier<AccessPolicy> access,
        LedgerTimeouts timeouts,
        IntakeLimits limits,
        NewAgenda newAgenda,
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
        Consumer<String> beat,
        Consumer<String> ended) {
    /** An empty agenda, over what a task keeps on disk. */
    @FunctionalInterface
    public interface NewAgenda {
        CallScheduler over(Backlog backlog, ParkedDeviceStore parked, DeviceBackoffs backoffs);
    }

    Ledger newLedger() {
        return new Ledger(timeouts, epochs.get(), random);
    }
}
