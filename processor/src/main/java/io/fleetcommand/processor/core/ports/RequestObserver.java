package io.fleetcommand.processor.core.ports;

import io.fleetcommand.processor.core.ledger.LedgerEntry;
import io.fleetcommand.processor.core.ledger.Result;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Source;
import java.util.List;
import java.util.Optional;

/** Sees what becomes of the requests of one task, and changes nothing. Called by the task's stream thread. */
public interface RequestObserver {
    /** An open entry that an earlier owner left in the ledger. */
    void found(LedgerEntry entry);

    /**
     * What the ledger holds about a request has changed.
     *
     * @param known what it held before; empty for a new request
     */
    void changed(Optional<LedgerEntry> known, LedgerEntry next);

    /** A request was answered, for the first time. */
    void answered(Request request, Result result);

    /** A request that came again was given its stored answer again. */
    void repeated(Request request);

    /** How many devices the task leaves alone at the moment, since they did not answer. */
    void backingOff(int devices);

    /** How many records of a source are held, since the schema registry has not said yet how to read them. */
    void held(Source source, int records);

    /** A record was not processed but set aside: it cannot be, though its sender need not be at fault. */
    void setAside(Source source);

    /** The task has ended here; what it held is another's. */
    void ended();

    /** Several as one, told in their order. */
    static RequestObserver all(RequestObserver... several) {
        List<RequestObserver> observers = List.of(several);
        return new RequestObserver() {
            @Override
            public void found(LedgerEntry entry) {
                observers.forEach(observer -> observer.found(entry));
            }

            @Override
            public void changed(Optional<LedgerEntry> known, LedgerEntry next) {
                observers.forEach(observer -> observer.changed(known, next));
            }

            @Override
            public void answered(Request request, Result result) {
                observers.forEach(observer -> observer.answered(request, result));
            }

            @Override
            public void repeated(Request request) {
                observers.forEach(observer -> observer.repeated(request));
            }

            @Override
            public void backingOff(int devices) {
                observers.forEach(observer -> observer.backingOff(devices));
            }

            @Override
            public void held(Source source, int records) {
                observers.forEach(observer -> observer.held(source, records));
            }

            @Override
            public void setAside(Source source) {
                observers.forEach(observer -> observer.setAside(source));
            }

            @Override
            public void ended() {
                observers.forEach(RequestObserver::ended);
            }
        };
    }
}
