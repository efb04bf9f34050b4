package io.fleetcommand.processor.replies;

import io.fleetcommand.processor.core.ports.ReplyFailure;

/** A delivery that the relay will not send any more, and why. */
record GivenUp(Delivery delivery, ReplyFailure cause) {}
