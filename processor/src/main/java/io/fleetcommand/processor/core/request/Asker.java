package io.fleetcommand.processor.core.request;

import java.util.Objects;

/**
 * A caller that asked for a request which was under way already.
 *
 * @param replyTo where it wants the result
 * @param source the topic that it asked through, whose callers' rights it has
 */
public record Asker(ReplyTo replyTo, String source) {
    public Asker {
        Objects.requireNonNull(replyTo);
        Objects.requireNonNull(source);
    }

    public static Asker of(Request request) {
        return new Asker(request.replyTo(), request.source());
    }

    public boolean isAt(ReplyTo address) {
        return replyTo.isSameAddress(address);
    }
}
