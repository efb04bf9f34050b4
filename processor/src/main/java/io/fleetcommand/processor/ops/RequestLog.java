package io.fleetcommand.processor.ops;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.ports.RequestObserver;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Source;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each phase change of a request with its id, on the logger {@code fleet.requests} at DEBUG: off by default, since
 * a busy instance would write thousands of lines a second. Arguments and values are not logged.
 */
public final class RequestLog implements RequestObserver {
    private static final Logger LOG = LoggerFactory.getLogger("fleet.requests");

    @Override
    public void found(LedgerEntry entry) {
        if (LOG.isDebugEnabled()) {
            LOG.atDebug()
                    .addKeyValue("request_id", entry.key().requestId())
                    .addKeyValue("device_id", entry.key().deviceId())
                    .addKeyValue("phase", entry.phase())
                    .log("request {}: found {}", entry.key(), entry.phase());
        }
    }

    @Override
    public void changed(Optional<LedgerEntry> known, LedgerEntry next) {
        if (LOG.isDebugEnabled()
                && known.map(LedgerEntry::phase).filter(next.phase()::equals).isEmpty()) {
            LOG.atDebug()
                    .addKeyValue("request_id", next.key().requestId())
                    .addKeyValue("device_id", next.key().deviceId())
                    .addKeyValue("phase", next.phase())
                    .addKeyValue("attempt", next.attempts().high())
                    .log(
                            "request {}: {} -> {}, attempt {}",
                            next.key(),
                            known.map(entry -> entry.phase().name()).orElse("new"),
                            next.phase(),
                            next.attempts().high());
        }
    }

    @Override
    public void answered(Request request, Result result) {
        if (LOG.isDebugEnabled()) {
            LOG.atDebug()
                    .addKeyValue("request_id", request.id())
                    .addKeyValue("device_id", request.deviceId())
                    .addKeyValue("status", result.status())
                    .addKeyValue("reason", result.reason())
                    .log("request {}: answered {} {}", request.key(), result.status(), result.reason());
        }
    }

    @Override
    public void repeated(Request request) {
        LOG.debug("request {}: result repeated", request.key());
    }

    @Override
    public void backingOff(int devices) {
        // Not about a request.
    }

    @Override
    public void held(Source source, int records) {
        // Not a request yet.
    }

    @Override
    public void setAside(Source source) {
        // Logged by the stream.
    }

    @Override
    public void ended() {
        // Logged by the stream.
    }
}
