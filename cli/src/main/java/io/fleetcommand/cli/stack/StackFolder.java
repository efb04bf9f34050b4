package io.fleetcommand.cli.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The folder of a stack: what its parts keep, their settings, secrets and logs. */
final class StackFolder {
    private static final int KEY_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final boolean kept;

    private StackFolder(Path path, boolean kept) {
        this.path = path;
        this.kept = kept;
    }

    /** @param named the folder to keep data in; empty for one that is thrown away */
    static StackFolder of(Optional<Path> named) {
        try {
            return named.isPresent()
                    ? new StackFolder(Files.createDirectories(named.get().toAbsolutePath()), true)
                    : new StackFolder(Files.createTempDirectory("fleet-"), false);
        } catch (IOException failed) {
            throw new StackFailure("there is no folder for the stack's data", failed);
        }
    }

    boolean isKept() {
        return kept;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** The folder of the logs of all parts. */
    Path logs() {
        return path.resolve("logs");
    }

    /** A part's settings in a file. */
    Path settings(String part, Map<String, String> settings) {
        return PrivateFile.write(path.resolve(part + ".properties"), settings);
    }

    /** A secret in a file that only its owner may read; one that is there is written over, since others may watch it. */
    void secret(String name, String secret) {
        Path file = path.resolve(name);
        try {
            if (!Files.exists(file)) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            Files.writeString(file, secret);
        } catch (IOException failed) {
            throw new StackFailure(file + " cannot be written", failed);
        }
    }

    /** The key of the token-service's state, kept with the data that it opens. */
    String stateKey() {
        Path file = path.resolve("state.key");
        try {
            if (!Files.exists(file)) {
                byte[] key = new byte[KEY_BYTES];
                new SecureRandom().nextBytes(key);
                secret("state.key", Base64.getEncoder().encodeToString(key));
            }
            return Files.readString(file);
        } catch (IOException failed) {
            throw new StackFailure(file + " cannot be read", failed);
        }
    }

    /** Throws away what is not to be kept. */
    void close() {
        if (kept) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failed) {
            throw new UncheckedIOException("the folder " + path + " cannot be deleted", failed);
        }
    }
}
