package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.counts.Execution;
import io.fleetcommand.simulator.counts.Executions;
import io.fleetcommand.simulator.fleet.CallOutcome;
import io.fleetcommand.simulator.fleet.CallOutcome.CallResult;
import io.fleetcommand.simulator.fleet.Device;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** Sends calls to devices and completes them asynchronously. */
final class DeviceCalls {
    private final Timer timer;
    private final Executions executions;
    private final Bodies bodies;

    DeviceCalls(Timer timer, Executions executions, Bodies bodies) {
        this.timer = timer;
        this.executions = executions;
        this.bodies = bodies;
    }

    /**
     * Calls a device.
     *
     * @param work executed by the device
     * @param answered creates the response from the result
     */
    <T> CompletableFuture<Reply> call(
            Device device,
            Execution.Kind kind,
            String name,
            String argument,
            Supplier<T> work,
            Function<T, Reply> answered) {
        var outcome = device.call(timer.nowNanos());
        var reply = new CompletableFuture<Reply>();
        boolean acknowledged = outcome.result() == CallResult.ANSWERED;
        outcome.runsAtNanos()
                .ifPresent(runsAt -> timer.at(runsAt, () -> {
                            T result = work.get();
                            executions.add(device.id(), kind, name, argument, acknowledged, runsAt);
                            if (acknowledged) {
                                reply.complete(answered.apply(result));
                            }
                        })
                        .exceptionally(failure -> {
                            reply.completeExceptionally(failure);
                            return null;
                        }));
        if (!acknowledged) {
            timer.at(outcome.answersAtNanos(), () -> reply.complete(failureReply(outcome)));
        }
        return reply;
    }

    private Reply failureReply(CallOutcome outcome) {
        return outcome.result() == CallResult.KNOWN_OFFLINE ? bodies.knownOffline() : bodies.timedOut();
    }
}
