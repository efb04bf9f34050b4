package io.fleetcommand.token.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.token.rotation.TokenState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreTest {
    private static final TokenState NEXT = StateFixture.state(1);

    @TempDir
    private Path folder;

    @Test
    void theStateSurvivesARestart() throws IOException {
        try (FileStore store = open()) {
            assertThat(store.state()).isEqualTo(TokenState.NONE);
            assertThat(store.replace(store.state(), NEXT)).isTrue();
        }
        try (FileStore again = open()) {
            assertThat(again.state()).isEqualTo(NEXT);
        }
    }

    @Test
    void theFileIsReadableByItsOwnerOnlyAndRevealsNothing() throws IOException {
        try (FileStore store = open()) {
            store.replace(store.state(), NEXT);
        }

        assertThat(Files.getPosixFilePermissions(file())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(file(), StandardCharsets.ISO_8859_1)).doesNotContain("very-secret", "intent-1");
        try (var files = Files.list(folder)) {
            assertThat(files).as("no temporary file is left").hasSize(2);
        }
    }

    @Test
    void aStaleStateCannotBeReplaced() throws IOException {
        try (FileStore store = open()) {
            TokenState before = store.state();
            store.replace(before, NEXT);

            assertThat(store.replace(before, before.withRotationRequest())).isFalse();
            assertThat(store.state()).isEqualTo(NEXT);
        }
    }

    @Test
    void aSecondProcessIsRejected() throws IOException {
        try (FileStore store = open()) {
            assertThat(store.isLeader()).isTrue();
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("uses");
        }
    }

    @Test
    void aFileOfAnotherKeyIsNotOverwritten() throws IOException {
        Files.write(file(), Arrays.copyOf(new byte[] {1, 3, 'x', 'y', 'z'}, 40));

        assertThatThrownBy(this::open).hasMessageContaining("state.keys lacks");
        assertThat(Files.size(file())).isEqualTo(40);
    }

    @Test
    void changesNotifyTheListener() throws IOException {
        AtomicInteger changes = new AtomicInteger();
        try (FileStore store = open()) {
            store.onChange(changes::incrementAndGet);
            store.replace(store.state(), NEXT);
        }

        assertThat(changes).hasValue(1);
    }

    private FileStore open() throws IOException {
        return FileStore.open(file(), StateFixture.codec());
    }

    private Path file() {
        return folder.resolve("state");
    }
}
