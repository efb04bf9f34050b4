package io.fleetcommand.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One request to the addresses of a registry, in rounds, until the first response. An address that does not have a
 * schema may lag behind the others, so the schema is unknown only if every address says so. Confined to one thread.
 */
final class FailoverCall {
    private final List<RegistryAddress> addresses;
    private final RegistryRequest request;
    private final RequestTimeouts timeouts;
    private final Call call;
    private final LongSupplier nanoClock;
    private final long deadlineNanos;
    /** The addresses that may still respond. */
    private final List<RegistryAddress> remaining = new ArrayList<>();

    private Optional<RegistryResponse> unknown = Optional.empty();
    /** Why an address that may have the schema is not tried, or not tried again. */
    private Optional<IOException> skipped = Optional.empty();

    /** Sends the request to one address, once. */
    @FunctionalInterface
    interface Call {
        RegistryResponse send(String url, RegistryRequest request, long limitNanos) throws IOException;
    }

    FailoverCall(
            RegistryRequest request,
            RequestTimeouts timeouts,
            List<RegistryAddress> addresses,
            Call call,
            LongSupplier nanoClock) {
        this.addresses = addresses;
        this.request = request;
        this.timeouts = timeouts;
        this.call = call;
        this.nanoClock = nanoClock;
        this.deadlineNanos = nanoClock.getAsLong() + timeouts.total().toNanos();
        for (RegistryAddress address : addresses) {
            if (timeouts.ignoresBackoff() || !address.backsOff()) {
                remaining.add(address);
            } else {
                skipped = Optional.of(new IOException(address.url() + " failed a moment ago and backs off"));
            }
        }
    }

    /**
     * Tries each address without a final response.
     *
     * @return the response, or that no address has the schema
     * @throws IOException if an address failed that may respond in another round
     * @throws RegistryUnavailable if another round is pointless
     */
    RegistryResponse round() throws IOException {
        Optional<IOException> failure = Optional.empty();
        for (RegistryAddress address : List.copyOf(remaining)) {
            if (isTimedOut()) {
                failure = failure.or(() -> Optional.of(new IOException(address.url() + " could not be asked in time")));
                break;
            }
            long startNanos = nanoClock.getAsLong();
            try {
                Optional<RegistryResponse> response = send(address, deadlineNanos - startNanos);
                if (response.isPresent()) {
                    return response.get();
                }
            } catch (IOException failed) {
                address.failed(nanoClock.getAsLong() - startNanos);
                failure = Optional.of(new IOException(address.url() + ": " + failed.getMessage(), failed));
            }
        }
        if (failure.isPresent() && isTimedOut()) {
            throw unavailable(failure.get());
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (skipped.isPresent()) {
            throw unavailable(skipped.get());
        }
        return unknown.orElseThrow();
    }

    /** The response of one address; empty if it has none, and will not have one in another round. */
    private Optional<RegistryResponse> send(RegistryAddress address, long remainingNanos) throws IOException {
        RegistryResponse response =
                call.send(address.url(), request, Math.min(timeouts.perCall().toNanos(), remainingNanos));
        switch (request.classify(response)) {
            case ANSWER -> {
                address.succeeded();
                return Optional.of(response);
            }
            case UNKNOWN -> {
                address.succeeded();
                unknown = Optional.of(response);
            }
            case DENIED -> {
                address.failed(0);
                skipped = Optional.of(new IOException(address.url() + " does not let us in (" + response.status()
                        + "); check basic.auth.user.info or bearer.auth.token"));
            }
            case FAILURE ->
                throw new IOException(
                        "it answers " + response.status() + ", and not as a registry does" + response.messageSuffix());
        }
        remaining.remove(address);
        return Optional.empty();
    }

    private boolean isTimedOut() {
        return nanoClock.getAsLong() - deadlineNanos >= 0;
    }

    /** The exception of the whole call, with the reason of its last failure. */
    RegistryUnavailable unavailable(IOException reason) {
        return new RegistryUnavailable(
                (unknown.isPresent() ? "not every schema registry answers at " : "no schema registry answers at ")
                        + addresses.stream().map(RegistryAddress::url).toList() + " while " + request.action() + ": "
                        + reason.getMessage() + ". Check schema.registry.url and that the registry runs",
                reason);
    }
}
