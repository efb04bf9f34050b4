package io.fleetcommand.service.http;

import java.time.Duration;

/**
 * Resource limits of a port.
 *
 * @param connections maximum number of open connections; a further one evicts the least useful
 * @param request timeout for a complete request head, from the opening of the connection or the last response; also the
 *     idle timeout while data is read or written
 * @param response timeout of an exchange, from the request's head to the last byte of the response
 */
public record ConnectionLimits(int connections, Duration request, Duration response) {
    public ConnectionLimits {
        if (connections < 1 || request.isNegative() || request.isZero() || response.compareTo(request) < 0) {
            throw new IllegalArgumentException("invalid limits: " + connections + " connections, " + request
                    + " for a request, " + response + " for a response");
        }
    }
}
