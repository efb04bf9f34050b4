package io.fleetcommand.token.rotation;

import java.time.Instant;

/** The next step of the rotation. */
public sealed interface RotationDecision {
    /**
     * Executes this decision.
     *
     * @return true if the next one should be made immediately
     */
    boolean applyTo(Executor executor);

    /** Whether there is nothing to execute. */
    default boolean isIdle() {
        return false;
    }

    /** Executes decisions. Each method returns whether the resulting state was stored. */
    interface Executor {
        boolean issue(long version);

        boolean verify(KnownToken token);

        boolean publish(long version);

        boolean revoke(KnownToken token);

        boolean recover(Intent intent);
    }

    /**
     * Do nothing.
     *
     * @param until when to decide again at the latest
     */
    record Wait(Instant until) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            return false;
        }

        @Override
        public boolean isIdle() {
            return true;
        }
    }

    /** Request a new token from the cloud. */
    record Issue(long version) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            return executor.issue(version);
        }
    }

    /** Verify a new token with a cheap call. */
    record Verify(KnownToken token) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            return executor.verify(token);
        }
    }

    /** Make the verified token the current one, which readers get. */
    record Publish(long version) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            return executor.publish(version);
        }
    }

    /** Revoke a retired token. */
    record Revoke(KnownToken token) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            return executor.revoke(token);
        }
    }

    /** Clean up after an issue request whose outcome is unknown because of a crash. */
    record Recover(Intent intent) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            return executor.recover(intent);
        }
    }

    /** A rotation is due, but too many attempts have failed; an operator must act. */
    record Stop(String reason, Instant until) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            return false;
        }

        @Override
        public boolean isIdle() {
            return true;
        }
    }
}
