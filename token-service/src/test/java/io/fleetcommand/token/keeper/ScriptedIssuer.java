package io.fleetcommand.token.keeper;

import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/** Mints numbered tokens, knows which live, and notes what it was asked. */
public final class ScriptedIssuer implements Issuer {
    public final List<String> asked = new ArrayList<>();
    public final Set<String> live = new TreeSet<>();
    public final AtomicInteger issueCalls = new AtomicInteger();
    public final AtomicInteger verifyCalls = new AtomicInteger();
    public volatile Optional<IssueResult> nextMint = Optional.empty();
    public volatile Optional<Verification> nextProof = Optional.empty();
    public volatile boolean recovers = true;
    public volatile Runnable duringMint = () -> {};

    @Override
    public IssueResult issue(Intent intent) {
        asked.add("mint");
        int number = issueCalls.incrementAndGet();
        duringMint.run();
        if (nextMint.isPresent()) {
            return nextMint.get();
        }
        live.add("value-" + number);
        return new IssueResult.Done(Secret.of("value-" + number), "", Optional.empty());
    }

    @Override
    public Verification verify(Secret token) {
        asked.add("prove");
        verifyCalls.incrementAndGet();
        return nextProof.orElseGet(() -> live.contains(token.reveal())
                ? new Verification.Accepted(Optional.empty())
                : new Verification.Rejected("401"));
    }

    @Override
    public boolean revoke(KnownToken token) {
        asked.add("revoke " + token.value().reveal());
        live.remove(token.value().reveal());
        return true;
    }

    @Override
    public boolean recover(Intent intent) {
        asked.add("recover");
        return recovers;
    }

    @Override
    public boolean hasSourceChanged(TokenState state) {
        return false;
    }
}
