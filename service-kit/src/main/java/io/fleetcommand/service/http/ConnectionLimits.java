package io.fleetcommand.service.http;

import java.time.Duration;

/**
 * What the clients of a port may take up.
 *
 * @param connections how many are open at most; a further one takes the place of the least useful
 * @param request how long a connection may take until a whole request head has arrived, from its beginning or from the
 *     last response; also the longest silence while something is read or written
 * @param response how long an exchange may take, from the request's head to the last byte of the response
 */
public record ConnectionLimits(int connections, Duration request, Duration response) {
    public ConnectionLimits {
        if (connections < 1 || request.isNegative() || request.isZero() || response.compareTo(request) < 0) {
            throw new IllegalArgumentException("limits that let nobody in: " + connections + " connections, " + request
                    + " for a request, " + response + " for a response");
        }
    }
}
