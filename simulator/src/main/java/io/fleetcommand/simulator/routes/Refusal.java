package io.fleetcommand.simulator.routes;

/** Ends a request early with an answer: a check on its way failed. Carries no stack trace, since it is no bug. */
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
