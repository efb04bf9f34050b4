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

    /** Executes decisions. */
    interface Executor {
        void issue(long version);

        void verify(KnownToken token);

        void publish(long version);

        void revoke(KnownToken token);

        void recover(Intent intent);
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
    }

    /** Request a new token from the cloud. */
    record Issue(long version) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            executor.issue(version);
            return true;
        }
    }

    /** Verify a new token with a cheap call. */
    record Verify(KnownToken token) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            executor.verify(token);
            return true;
        }
    }

    /** Make the verified token the current one, which readers get. */
    record Publish(long version) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            executor.publish(version);
            return true;
        }
    }

    /** Revoke a retired token. */
    record Revoke(KnownToken token) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            executor.revoke(token);
            return true;
        }
    }

    /** Clean up after an issue request whose outcome is unknown because of a crash. */
    record Recover(Intent intent) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            executor.recover(intent);
            return true;
        }
    }

    /** A rotation is due, but too many attempts have failed; an operator must act. */
    record Stop(String reason, Instant until) implements RotationDecision {
        @Override
        public boolean applyTo(Executor executor) {
            return false;
        }
    }
}
