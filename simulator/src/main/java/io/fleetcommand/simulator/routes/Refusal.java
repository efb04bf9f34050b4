package io.fleetcommand.simulator.routes;

/** Thrown if a check of a request fails; carries the response. Without stack trace, since it is expected. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Reply reply;

    Refusal(Reply reply) {
        super("refused with " + reply.status(), null, false, false);
        this.reply = reply;
    }

    Reply reply() {
        return reply;
    }
}
