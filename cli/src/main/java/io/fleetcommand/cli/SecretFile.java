package io.fleetcommand.cli;

import io.fleetcommand.service.Secret;
import io.fleetcommand.service.TextFile;
import io.fleetcommand.text.VisibleText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A file that holds one secret and nothing else. Nobody but its owner may read it: a secret that others have read is none.
 *
 * @param path absolute
 */
public record SecretFile(Path path, Secret secret) {
    private static final int MAX_BYTES = 10_000;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /** @throws IllegalStateException if it cannot be read, is empty or too long, or others may read it */
    static SecretFile read(Path file) {
        Path path = file.toAbsolutePath().normalize();
        try {
            if (!Files.isRegularFile(path)) {
                throw new IllegalStateException("there is no file " + path);
            }
            if (isOpenToOthers(path)) {
                throw new IllegalStateException(
                        "others than its owner may read or write the secret in " + path + ": chmod 600 " + path);
            }
            if (Files.size(path) > MAX_BYTES) {
                throw new IllegalStateException("the file " + path + " is too long to be a secret");
            }
            String secret = TextFile.read(path).strip();
            if (secret.isEmpty() || secret.lines().count() > 1) {
                throw new IllegalStateException(
                        "the file " + path + " must hold a secret on one line, and nothing else");
            }
            if (!VisibleText.isVisible(secret)) {
                throw new IllegalStateException(
                        "the file " + path + " holds a character that cannot be seen: write it as plain text");
            }
            return new SecretFile(path, Secret.of(secret));
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "the file " + path + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    /** As a service's setting that reads the file itself. */
    String reference() {
        String folder = path.getParent().toString();
        String name = path.getFileName().toString();
        if (!(folder + name).matches("[^:${}]*")) {
            throw new IllegalStateException(
                    "the path " + path + " must be without the characters : $ { } to be named in a setting");
        }
        return "${directory:" + folder + ":" + name + "}";
    }

    private static boolean isOpenToOthers(Path path) throws IOException {
        Optional<PosixFileAttributeView> view =
                Optional.ofNullable(Files.getFileAttributeView(path, PosixFileAttributeView.class));
        return view.isPresent()
                && view.get().readAttributes().permissions().stream().anyMatch(OTHERS::contains);
    }
}
