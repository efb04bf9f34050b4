package io.fleetcommand.processor.ops;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Liveness and readiness of the instance. Not alive: a restart may help. Not ready: it cannot call the cloud at the
 * moment, and a restart would not change that.
 */
public final class Health {
    private static final Duration MAX_SILENCE = Duration.ofSeconds(60);

    private final Supplier<String> streamState;
    private final BooleanSupplier streamDead;
    private final BooleanSupplier hasToken;
    private final Supplier<Optional<String>> policyFault;
    private final Heartbeats heartbeats;

    /**
     * @param streamState state of Kafka Streams; {@code RUNNING} when it works
     * @param streamDead whether Kafka Streams has stopped or failed
     * @param policyFault the fault of the policy file, if any; the last valid policy stays in force, so the instance
     *     stays ready
     */
    public Health(
            Supplier<String> streamState,
            BooleanSupplier streamDead,
            BooleanSupplier hasToken,
            Supplier<Optional<String>> policyFault,
            Heartbeats heartbeats) {
        this.streamState = streamState;
        this.streamDead = streamDead;
        this.hasToken = hasToken;
        this.policyFault = policyFault;
        this.heartbeats = heartbeats;
    }

    /** The state of Kafka Streams. */
    String streamState() {
        return streamState.get();
    }

    /** Why the instance is not alive; empty if it is. */
    public Optional<String> notAlive() {
        if (streamDead.getAsBoolean()) {
            return Optional.of("the stream is " + streamState.get());
        }
        return heartbeats.anySilentFor(MAX_SILENCE)
                ? Optional.of("a task has been stuck for more than " + MAX_SILENCE.toSeconds() + " s")
                : Optional.empty();
    }

    /** A fault to be fixed although the instance works; empty if there is none. */
    public Optional<String> warning() {
        return policyFault.get();
    }

    /** Why the instance is not ready; empty if it is. */
    public Optional<String> notReady() {
        if (!streamState.get().equals("RUNNING")) {
            return Optional.of("the stream is " + streamState.get());
        }
        return hasToken.getAsBoolean() ? Optional.empty() : Optional.of("no token is at hand");
    }
}
