package io.fleetcommand.processor.cloud;

import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;

/**
 * Tracks whether any byte of a call may have been sent: from then on a failure is uncertain, unless the server reports
 * by HTTP/2 that it has not processed the stream (RFC 9113, section 8.7).
 */
final class RequestSentTracker extends EventListener {
    private final AtomicBoolean started = new AtomicBoolean();

    @Override
    public void requestHeadersStart(Call call) {
        started.set(true);
    }

    /** Whether a call that failed without a response may have been processed. */
    boolean mayHaveBeenProcessed(Exception failure) {
        return started.get() && !isRefusedStream(failure);
    }

    /**
     * REFUSED_STREAM, by which OkHttp also reports the streams above the last one of a GOAWAY; or no stream was opened,
     * since the connection was shutting down.
     */
    private static boolean isRefusedStream(Exception failure) {
        return failure instanceof StreamResetException reset && reset.errorCode == ErrorCode.REFUSED_STREAM
                || failure instanceof ConnectionShutdownException;
    }
}
