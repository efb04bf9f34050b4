package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.core.request.ReplyEnvelope;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs copies that were given up, a line now and then however many they are. Confined to the relay's thread. */
final class GivenUpLog {
    private static final Logger LOG = LoggerFactory.getLogger(GivenUpLog.class);
    private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

    private long lastNanos;
    private long sinceThen;

    GivenUpLog(long nowNanos) {
        this.lastNanos = nowNanos - INTERVAL_NANOS;
    }

    void givenUp(ReplyEnvelope envelope, ReplyFailure cause, long nowNanos) {
        sinceThen++;
        if (nowNanos - lastNanos >= INTERVAL_NANOS) {
            LOG.warn(
                    "{} copies for reply topics given up; the latest for {} of request {}: {}",
                    sinceThen,
                    visible(envelope.to().topic()),
                    visible(envelope.requestId()),
                    cause.why());
            lastNanos = nowNanos;
            sinceThen = 0;
        }
    }

    private static String visible(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
