package io.fleetcommand.processor.calls;

import io.fleetcommand.processor.core.Calls;
import io.fleetcommand.processor.core.DeviceCloud;
import io.fleetcommand.processor.core.Fact;
import io.fleetcommand.processor.core.Gate;
import io.fleetcommand.processor.core.Journal;
import io.fleetcommand.processor.core.Request;
import java.time.InstantSource;

/**
 * Makes calls and journals how they end. The outcome arrives on a thread of the HTTP client, which may do no more than
 * free the slot and append.
 */
public final class Caller implements Calls {
    private final DeviceCloud cloud;
    private final Journal journal;
    private final Gate gate;
    private final InstantSource clock;

    public Caller(DeviceCloud cloud, Journal journal, Gate gate, InstantSource clock) {
        this.cloud = cloud;
        this.journal = journal;
        this.gate = gate;
        this.clock = clock;
    }

    @Override
    public void start(int partition, Request request, int attempt, String epoch) {
        gate.started();
        cloud.call(request, outcome -> {
            gate.ended();
            journal.append(partition, new Fact.Finished(request.id(), attempt, epoch, outcome, clock.millis()));
        });
    }
}
