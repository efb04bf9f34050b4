package io.fleetcommand.token.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.service.Secret;
import io.fleetcommand.token.rotation.Intent;
import io.fleetcommand.token.rotation.TokenState;
import io.fleetcommand.token.rotator.IssueResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticTokenTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Intent INTENT = new Intent(1, "abc", NOW);

    @TempDir
    private Path folder;

    private Path file;
    private StaticToken issuer;

    @BeforeEach
    void name() {
        file = folder.resolve("token");
        issuer = new StaticToken(CloudFixture.client(), HttpUrl.get("http://127.0.0.1:1"), file);
    }

    @Test
    void theTokenIsTheContentOfTheFile() throws IOException {
        Files.writeString(file, "  t-1\n");

        assertThat(issuer.issue(INTENT)).isEqualTo(new IssueResult.Done(Secret.of("t-1"), "", Optional.empty()));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheToken() throws IOException {
        Files.writeString(file, "\uFEFFt-1\n");

        assertThat(issuer.issue(INTENT)).isEqualTo(new IssueResult.Done(Secret.of("t-1"), "", Optional.empty()));
    }

    @Test
    void aMissingOrEmptyFileIsAFailure() throws IOException {
        assertThat(issuer.issue(INTENT)).isInstanceOf(IssueResult.Failed.class);
        Files.writeString(file, "\n");
        assertThat(issuer.issue(INTENT)).isInstanceOf(IssueResult.Failed.class);
    }

    @Test
    void anotherTokenInTheFileIsAChange() throws IOException {
        TokenState known = TokenState.NONE.withIntent(INTENT).issued(Secret.of("t-1"), "", Optional.empty(), NOW);
        Files.writeString(file, "t-1\n");
        assertThat(issuer.hasSourceChanged(known)).isFalse();
        assertThat(issuer.hasSourceChanged(TokenState.NONE)).isFalse();

        Files.writeString(file, "t-2\n");
        assertThat(issuer.hasSourceChanged(known)).isTrue();

        Files.delete(file);
        assertThat(issuer.hasSourceChanged(known)).isFalse();
    }
}
