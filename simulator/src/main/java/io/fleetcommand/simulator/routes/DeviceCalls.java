package io.fleetcommand.simulator.routes;

import io.fleetcommand.simulator.counts.Execution;
import io.fleetcommand.simulator.counts.Executions;
import io.fleetcommand.simulator.fleet.Course;
import io.fleetcommand.simulator.fleet.Course.Ending;
import io.fleetcommand.simulator.fleet.Device;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** Sends calls to devices and waits for them, without holding a thread. */
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
     * One call.
     *
     * @param work what the device runs
     * @param answered the reply for what it returned
     */
    <T> CompletableFuture<Reply> call(
            Device device,
            Execution.Kind kind,
            String name,
            String argument,
            Supplier<T> work,
            Function<T, Reply> answered) {
        var course = device.call(timer.nowNanos());
        var reply = new CompletableFuture<Reply>();
        boolean heard = course.ending() == Ending.ANSWERED;
        course.runsAtNanos()
                .ifPresent(runsAt -> timer.at(runsAt, () -> {
                            T result = work.get();
                            executions.add(device.id(), kind, name, argument, heard, runsAt);
                            if (heard) {
                                reply.complete(answered.apply(result));
                            }
                        })
                        .exceptionally(failure -> {
                            reply.completeExceptionally(failure);
                            return null;
                        }));
        if (!heard) {
            timer.at(course.answersAtNanos(), () -> reply.complete(unheard(course)));
        }
        return reply;
    }

    private Reply unheard(Course course) {
        return course.ending() == Ending.KNOWN_OFFLINE ? bodies.knownOffline() : bodies.timedOut();
    }
}
