package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ports.ReplyFailure;
import io.fleetcommand.processor.core.request.ReplyEnvelope;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs copies that were given up, at a limited rate. Confined to the relay's thread. */
final class GivenUpLog {
    private static final Logger LOG = LoggerFactory.getLogger(GivenUpLog.class);
    private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

    private long lastLoggedNanos;
    private long count;

    GivenUpLog(long nowNanos) {
        this.lastLoggedNanos = nowNanos - INTERVAL_NANOS;
    }

    void givenUp(ReplyEnvelope envelope, ReplyFailure cause, long nowNanos) {
        count++;
        if (nowNanos - lastLoggedNanos >= INTERVAL_NANOS) {
            LOG.warn(
                    "{} replies not delivered to their reply topics; the latest to {} of request {}: {}",
                    count,
                    visible(envelope.to().topic()),
                    visible(envelope.requestId()),
                    cause.why());
            lastLoggedNanos = nowNanos;
            count = 0;
        }
    }

    private static String visible(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
