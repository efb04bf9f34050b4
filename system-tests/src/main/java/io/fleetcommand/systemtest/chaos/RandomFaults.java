package io.fleetcommand.systemtest.chaos;

import io.fleetcommand.simulator.client.Simulation;
import io.fleetcommand.stack.LocalStack;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Everything that can go wrong, at random: processors killed and restarted, the broker restarted, the cloud failing. */
final class RandomFaults implements FaultInjector {
    /** Faults of the cloud; %d is how many requests it strikes, %b whether the device runs the call all the same. */
    private static final List<String> FAULTS = List.of(
            "{'kind':'status','status':500,'next':%d,'executed':%b}",
            "{'kind':'status','status':408,'next':%d,'executed':%b}",
            "{'kind':'status','status':503,'next':%d,'retry_after_s':1,'executed':%b}",
            "{'kind':'reset','next':%d,'executed':%b}",
            "{'kind':'hang','delay_ms':3000,'next':%d,'executed':%b}",
            "{'kind':'bad_json','next':%d}",
            "{'kind':'html','next':%d}",
            "{'kind':'throttle','next':%d}",
            "{'kind':'double_encoded_429','next':%d}",
            "{'kind':'slow','delay_ms':2000,'next':%d}",
            "{'kind':'token_revoked','next':1}",
            "{'kind':'cloud_down'}",
            "{'kind':'connections_refused'}");

    private static final int MAX_STRUCK = 20;
    /** Between blows; a JVM on two cores needs most of it to come back, and with less no request would ever be answered. */
    private static final int MIN_REST = 10;

    private static final int MAX_REST = 16;

    private final LocalStack stack;
    private final Simulation simulation;
    private final int processors;
    private final Random random;
    private Deeds deeds = Deeds.NONE;
    /** In turns, so that a short run has seen both. */
    private boolean killsNext;

    private long nextBlowNanos;
    private long nextBrokerNanos;
    private long nextFaultNanos;

    RandomFaults(LocalStack stack, Simulation simulation, int processors, Random random, long nowNanos) {
        this.stack = stack;
        this.simulation = simulation;
        this.processors = processors;
        this.random = random;
        this.killsNext = random.nextBoolean();
        this.nextBlowNanos = nowNanos + seconds(MIN_REST, MAX_REST);
        this.nextBrokerNanos = nowNanos + seconds(20, 40);
        this.nextFaultNanos = nowNanos + seconds(1, 3);
    }

    @Override
    public void stir(long nowNanos) {
        if (nowNanos >= nextFaultNanos) {
            simulation.clearFaults();
            simulation.fault(fault());
            deeds = deeds.fault();
            nextFaultNanos = nowNanos + seconds(2, 4);
        }
        if (nowNanos >= nextBlowNanos) {
            blow(1 + random.nextInt(processors));
            nextBlowNanos = System.nanoTime() + seconds(MIN_REST, MAX_REST);
        }
        if (nowNanos >= nextBrokerNanos) {
            stack.broker().restart();
            deeds = deeds.brokerRestart();
            nextBrokerNanos = System.nanoTime() + seconds(30, 50);
        }
    }

    /** A processor that has stopped by itself, saying why, is started again as a supervisor would. */
    private void blow(int number) {
        if (stack.processors().isAlive(number)) {
            if (killsNext) {
                stack.processors().kill(number);
                deeds = deeds.kill();
            } else {
                stack.processors().terminate(number);
                deeds = deeds.gracefulRestart();
            }
            killsNext = !killsNext;
        }
        stack.processors().start(number);
    }

    private String fault() {
        String fault = FAULTS.get(random.nextInt(FAULTS.size()));
        return String.format(fault, 1 + random.nextInt(MAX_STRUCK), random.nextBoolean())
                .replace('\'', '"');
    }

    @Override
    public void end() {
        simulation.clearFaults();
        for (int number = 1; number <= processors; number++) {
            if (!stack.processors().isAlive(number)) {
                stack.processors().start(number);
            }
        }
        for (int number = 1; number <= processors; number++) {
            stack.processors().await(number);
        }
    }

    @Override
    public Deeds deeds() {
        return deeds;
    }

    private long seconds(int least, int most) {
        return TimeUnit.MILLISECONDS.toNanos(1_000L * least + random.nextInt(1_000 * (most - least)));
    }
}
