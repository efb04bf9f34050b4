package io.fleetcommand.processor;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Tells the main thread when the process is to stop, and why: on request, or because a part failed. Thread-safe. */
final class StopSignal {
    private final CountDownLatch signal = new CountDownLatch(1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    void stop() {
        signal.countDown();
    }

    /** Only the first failure is kept. */
    void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        signal.countDown();
    }

    /**
     * Blocks until the process is to stop.
     *
     * @return the failure, if there was one
     */
    Optional<Throwable> await() throws InterruptedException {
        signal.await();
        return Optional.ofNullable(failure.get());
    }
}
