package io.fleetcommand.processor.ops;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whether the instance is alive and ready, and why not. Not alive: restarting it may help. Not ready: it does not call
 * the cloud at the moment, and another start would not change that.
 */
public final class Health {
    private static final Duration SILENCE_ALLOWED = Duration.ofSeconds(60);

    private final Supplier<String> streamState;
    private final BooleanSupplier streamDead;
    private final BooleanSupplier tokenAtHand;
    private final Supplier<Optional<String>> policyTrouble;
    private final Heartbeats heartbeats;

    /**
     * @param streamState the state of the stream, for people; {@code RUNNING} when it works
     * @param streamDead whether it ended or failed
     * @param policyTrouble what is wrong with the policy file; an earlier one holds then, so the work goes on
     */
    public Health(
            Supplier<String> streamState,
            BooleanSupplier streamDead,
            BooleanSupplier tokenAtHand,
            Supplier<Optional<String>> policyTrouble,
            Heartbeats heartbeats) {
        this.streamState = streamState;
        this.streamDead = streamDead;
        this.tokenAtHand = tokenAtHand;
        this.policyTrouble = policyTrouble;
        this.heartbeats = heartbeats;
    }

    /** The state of the stream, for people. */
    String streamState() {
        return streamState.get();
    }

    /** Why the instance is not alive; empty if it is. */
    public Optional<String> notAlive() {
        if (streamDead.getAsBoolean()) {
            return Optional.of("the stream is " + streamState.get());
        }
        return heartbeats.anySilentFor(SILENCE_ALLOWED)
                ? Optional.of("a task has been stuck for more than " + SILENCE_ALLOWED.toSeconds() + " s")
                : Optional.empty();
    }

    /** What ought to be mended though the instance works; empty if nothing. */
    public Optional<String> remark() {
        return policyTrouble.get();
    }

    /** Why the instance is not ready; empty if it is. */
    public Optional<String> notReady() {
        if (!streamState.get().equals("RUNNING")) {
            return Optional.of("the stream is " + streamState.get());
        }
        return tokenAtHand.getAsBoolean() ? Optional.empty() : Optional.of("no token is at hand");
    }
}
