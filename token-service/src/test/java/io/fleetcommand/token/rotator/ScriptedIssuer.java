package io.fleetcommand.token.rotator;

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

/** Issues numbered tokens, tracks the valid ones, and records its calls. */
public final class ScriptedIssuer implements Issuer {
    public final List<String> calls = new ArrayList<>();
    public final Set<String> valid = new TreeSet<>();
    public final AtomicInteger issueCalls = new AtomicInteger();
    public final AtomicInteger verifyCalls = new AtomicInteger();
    public volatile Optional<IssueResult> nextIssue = Optional.empty();
    public volatile Optional<Verification> nextVerification = Optional.empty();
    public volatile boolean recovers = true;
    public volatile Runnable duringIssue = () -> {};

    @Override
    public IssueResult issue(Intent intent) {
        calls.add("issue");
        int number = issueCalls.incrementAndGet();
        duringIssue.run();
        if (nextIssue.isPresent()) {
            return nextIssue.get();
        }
        valid.add("value-" + number);
        return new IssueResult.Done(Secret.of("value-" + number), "", Optional.empty());
    }

    @Override
    public Verification verify(Secret token) {
        calls.add("verify");
        verifyCalls.incrementAndGet();
        return nextVerification.orElseGet(() -> valid.contains(token.reveal())
                ? new Verification.Accepted(Optional.empty())
                : new Verification.Rejected("401"));
    }

    @Override
    public boolean revoke(KnownToken token) {
        calls.add("revoke " + token.value().reveal());
        valid.remove(token.value().reveal());
        return true;
    }

    @Override
    public boolean recover(Intent intent) {
        calls.add("recover");
        return recovers;
    }

    @Override
    public boolean hasSourceChanged(TokenState state) {
        return false;
    }
}
