package io.fleetcommand.token.cloud;

import io.fleetcommand.service.BearerText;
import io.fleetcommand.service.Secret;
import io.fleetcommand.service.TextFile;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.KnownToken;
import io.fleetcommand.token.rotation.TokenState;
import io.fleetcommand.token.rotator.IssueResult;
import io.fleetcommand.token.rotator.Issuer;
import io.fleetcommand.token.rotator.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * A token that an operator puts into a file, such as that of an account to which all devices are claimed. A change of
 * the file is detected. Revoking an old token is up to the operator.
 */
public final class StaticToken implements Issuer {
    private final CloudCalls cloud;
    private final Path file;

    public StaticToken(OkHttpClient client, HttpUrl base, Path file) {
        this.cloud = new CloudCalls(client, base);
        this.file = file;
    }

    @Override
    public IssueResult issue(Intent intent) {
        return read().<IssueResult>map(value -> new IssueResult.Done(value, "", Optional.empty()))
                .orElseGet(() -> new IssueResult.Failed("the file " + file + " holds no token, or cannot be read"));
    }

    @Override
    public Verification verify(Secret token) {
        return cloud.inspect(token);
    }

    @Override
    public boolean revoke(KnownToken token) {
        return true;
    }

    @Override
    public boolean recover(Intent intent) {
        return true;
    }

    @Override
    public boolean hasSourceChanged(TokenState state) {
        List<KnownToken> known = state.tokens();
        return !known.isEmpty()
                && read().filter(value ->
                                known.stream().noneMatch(token -> token.value().equals(value)))
                        .isPresent();
    }

    private Optional<Secret> read() {
        try {
            return Optional.of(TextFile.read(file).strip())
                    .filter(BearerText::isValid)
                    .map(Secret::of);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
