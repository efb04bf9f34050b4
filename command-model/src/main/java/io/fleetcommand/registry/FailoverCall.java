package io.fleetcommand.registry;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One question on its way through the addresses, in rounds. The first address with an answer ends it. One that does not
 * have what is asked for may lag behind the others, so it is unknown only once every address has said so. Confined to
 * one thread.
 */
final class FailoverCall {
    private final List<RegistryAddress> addresses;
    private final RegistryRequest question;
    private final RequestTimeouts patience;
    private final Call call;
    private final LongSupplier nanoClock;
    private final long endNanos;
    /** The addresses from which an answer may still come. */
    private final List<RegistryAddress> open = new ArrayList<>();

    private Optional<RegistryResponse> unknown = Optional.empty();
    /** Why an address is not asked any more that may have the answer. */
    private Optional<IOException> unasked = Optional.empty();

    /** Asks one address, once. */
    @FunctionalInterface
    interface Call {
        RegistryResponse ask(String url, RegistryRequest question, long limitNanos) throws IOException;
    }

    FailoverCall(RegistryRequest question, RequestTimeouts patience, List<RegistryAddress> addresses, Call call, LongSupplier nanoClock) {
        this.addresses = addresses;
        this.question = question;
        this.patience = patience;
        this.call = call;
        this.nanoClock = nanoClock;
        this.endNanos = nanoClock.getAsLong() + patience.total().toNanos();
        for (RegistryAddress address : addresses) {
            if (patience.ignoresBackoff() || !address.backsOff()) {
                open.add(address);
            } else {
                unasked = Optional.of(new IOException(address.url() + " failed a moment ago and backs off"));
            }
        }
    }

    /**
     * Asks each address that has not said anything final.
     *
     * @return the answer, or that no address has what is asked for
     * @throws IOException if an address failed that may answer in another round
     * @throws RegistryUnavailable if another round is of no use
     */
    RegistryResponse round() throws IOException {
        Optional<IOException> failure = Optional.empty();
        for (RegistryAddress address : List.copyOf(open)) {
            if (isOver()) {
                failure = failure.or(() -> Optional.of(new IOException(address.url() + " could not be asked in time")));
                break;
            }
            long startNanos = nanoClock.getAsLong();
            try {
                Optional<RegistryResponse> answer = ask(address, endNanos - startNanos);
                if (answer.isPresent()) {
                    return answer.get();
                }
            } catch (IOException failed) {
                address.failed(nanoClock.getAsLong() - startNanos);
                failure = Optional.of(new IOException(address.url() + ": " + failed.getMessage(), failed));
            }
        }
        if (failure.isPresent() && isOver()) {
            throw unavailable(failure.get());
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (unasked.isPresent()) {
            throw unavailable(unasked.get());
        }
        return unknown.orElseThrow();
    }

    /** The answer of one address; empty if it has none, and will not have one in another round. */
    private Optional<RegistryResponse> ask(RegistryAddress address, long leftNanos) throws IOException {
        RegistryResponse reply =
                call.ask(address.url(), question, Math.min(patience.perCall().toNanos(), leftNanos));
        switch (question.classify(reply)) {
            case ANSWER -> {
                address.succeeded();
                return Optional.of(reply);
            }
            case UNKNOWN -> {
                address.succeeded();
                unknown = Optional.of(reply);
            }
            case DENIED -> {
                address.failed(0);
                unasked = Optional.of(new IOException(address.url() + " does not let us in (" + reply.status()
                        + "); check basic.auth.user.info or bearer.auth.token"));
            }
            case FAILURE ->
                throw new IOException("it answers " + reply.status() + ", and not as a registry does" + reply.messageSuffix());
        }
        open.remove(address);
        return Optional.empty();
    }

    private boolean isOver() {
        return nanoClock.getAsLong() - endNanos >= 0;
    }

    /** The failure in words, at the end of it. */
    RegistryUnavailable unavailable(IOException why) {
        return new RegistryUnavailable(
                (unknown.isPresent() ? "not every schema registry answers at " : "no schema registry answers at ")
                        + addresses.stream().map(RegistryAddress::url).toList() + " while " + question.action() + ": "
                        + why.getMessage() + ". Check schema.registry.url and that the registry runs",
                why);
    }
}
