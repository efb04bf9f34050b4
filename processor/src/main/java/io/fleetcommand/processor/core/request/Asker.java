package io.fleetcommand.processor.core.request;

import java.util.Objects;

/**
 * A caller that sent a request which was in progress already.
 *
 * @param replyTo where it wants the result
 * @param source the topic that it sent the request to; its reply topic is checked against the rules of that topic
 */
public record Asker(ReplyTo replyTo, String source) {
    public Asker {
        Objects.requireNonNull(replyTo);
        Objects.requireNonNull(source);
    }

    public static Asker of(Request request) {
        return new Asker(request.replyTo(), request.source());
    }

    public boolean hasAddress(ReplyTo address) {
        return replyTo.isSameAddress(address);
    }
}
