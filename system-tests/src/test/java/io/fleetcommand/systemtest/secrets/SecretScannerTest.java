package io.fleetcommand.systemtest.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.service.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretScannerTest {
    private final SecretScanner leaks = new SecretScanner(
            List.of(Secret.of("0123456789abcdef"), Secret.of("01234567-other"), Secret.of("ünïcode-secret")));

    @Test
    void aSecretIsFoundWhereverItStands() {
        leaks.in("start", "0123456789abcdef and more");
        leaks.in("end", "xx0123456789abcdef");
        leaks.in("same beginning", "a 01234567-other b");
        leaks.in("other letters", "an ünïcode-secret");

        assertThat(leaks.places()).containsExactlyInAnyOrder("start", "end", "same beginning", "other letters");
    }

    @Test
    void aPieceOfASecretIsNone() {
        leaks.in("cut", "0123456789abcde");
        leaks.in("short", "0123");
        leaks.in("empty", "");

        assertThat(leaks.places()).isEmpty();
        assertThat(leaks.searched()).isEqualTo(19);
    }

    @Test
    void filesAreSearchedByName(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("good.log"), "nothing here");
        Files.writeString(folder.resolve("bad.log"), "x".repeat(10_000) + "0123456789abcdef");

        leaks.inFiles(folder);

        assertThat(leaks.places()).containsExactly("bad.log");
    }

    @Test
    void thisProcessCanBeSearched() throws InterruptedException {
        SecretScanner found = new SecretScanner(List.of(Secret.of("thisProcessCanBeSearched")));
        found.inProcess("test", ProcessHandle.current().pid());

        assertThat(found.places()).contains("Thread.print of test");
    }

    @Test
    void aSecretThatIsTooShortToLookForIsRefused() {
        assertThatThrownBy(() -> new SecretScanner(List.of(Secret.of("short")))).hasMessageContaining("eight bytes");
    }
}
