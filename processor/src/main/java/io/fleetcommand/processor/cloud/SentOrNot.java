package io.fleetcommand.processor.cloud;

import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.EventListener;

/** Remembers whether any byte of a call may have left: from there on a failure is uncertain. */
final class SentOrNot extends EventListener {
    private final AtomicBoolean begun = new AtomicBoolean();

    @Override
    public void requestHeadersStart(Call call) {
        begun.set(true);
    }

    boolean mayHaveBeenSent() {
        return begun.get();
    }
}
