package io.fleetcommand.processor.cloud;

import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;

/**
 * Remembers whether any byte of a call may have left: from there on a failure is uncertain, unless the far side says by
 * HTTP/2 that it has not processed the stream (RFC 9113, section 8.7).
 */
final class RequestSentTracker extends EventListener {
    private final AtomicBoolean begun = new AtomicBoolean();

    @Override
    public void requestHeadersStart(Call call) {
        begun.set(true);
    }

    /** Whether a call that failed before any answer came may have been processed. */
    boolean mayHaveBeenProcessed(Exception failure) {
        return begun.get() && !isRefusedStream(failure);
    }

    /**
     * REFUSED_STREAM, as which OkHttp also reports the streams above a GOAWAY's last one; or no stream was opened, as
     * the connection was being shut down.
     */
    private static boolean isRefusedStream(Exception failure) {
        return failure instanceof StreamResetException reset && reset.errorCode == ErrorCode.REFUSED_STREAM
                || failure instanceof ConnectionShutdownException;
    }
}
