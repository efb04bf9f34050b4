package io.fleetcommand.processor;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Why and when the process is to end: asked to, or because a part failed. Safe for use by many threads. */
final class StopSignal {
    private final CountDownLatch given = new CountDownLatch(1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    void stop() {
        given.countDown();
    }

    /** The first failure told is the one that counts. */
    void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        given.countDown();
    }

    /** Blocks until the process is to end; gives what went wrong, if anything did. */
    Optional<Throwable> await() throws InterruptedException {
        given.await();
        return Optional.ofNullable(failure.get());
    }
}
