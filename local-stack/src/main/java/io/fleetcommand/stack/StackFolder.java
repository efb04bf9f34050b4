package io.fleetcommand.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
    private static final long MEGABYTE = 1024 * 1024;
    private static final long MIN_SPACE = 300 * MEGABYTE;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final boolean kept;
    /** Held as long as the stack runs: two stacks that write to the same files would destroy each other's data. */
    private final FileChannel lock;

    private StackFolder(Path path, boolean kept) throws IOException {
        this.path = path;
        this.kept = kept;
        this.lock = lock(path);
    }

    /**
     * @param named the folder to keep data in; empty for one that is thrown away
     * @throws StackFailure if there can be no such folder, or another stack uses it
     */
    static StackFolder of(Optional<Path> named) {
        try {
            Path folder = named.isPresent()
                    ? Files.createDirectories(named.get().toAbsolutePath())
                    : Files.createTempDirectory("fleet-");
            checkSpace(folder, named.isPresent());
            return new StackFolder(folder, named.isPresent());
        } catch (IOException failed) {
            throw new StackFailure("there can be no folder for the stack's data: " + failed, failed);
        }
    }

    /** A broker whose disk is full ends in ways that say little. */
    private static void checkSpace(Path folder, boolean named) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < MIN_SPACE) {
            if (!named) {
                Files.delete(folder);
            }
            throw new StackFailure("only " + free / MEGABYTE + " MB are free on the disk of " + folder.getParent()
                    + ", and a stack needs " + MIN_SPACE / MEGABYTE
                    + ": free some, or name a folder on another disk (./fleet up --data DIR)");
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("in-use.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean ours;
        try {
            ours = channel.tryLock() != null;
        } catch (OverlappingFileLockException held) {
            ours = false;
        }
        if (!ours) {
            channel.close();
            throw new StackFailure(
                    folder + " is the folder of another stack that is up: end that one, or name another folder");
        }
        return channel;
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

    /**
     * Says which cloud the data belongs to: tokens and open requests of one cloud mean nothing to another.
     *
     * @throws StackFailure if it belongs to another one
     */
    void claimFor(String cloud) {
        Path file = path.resolve("cloud");
        try {
            String owner = Files.exists(file) ? Files.readString(file).strip() : cloud;
            if (!owner.equals(cloud)) {
                throw new StackFailure(path + " holds the data of a stack on " + owner + ", not on " + cloud
                        + ": name another folder, or delete this one");
            }
            Files.writeString(file, cloud + System.lineSeparator());
        } catch (IOException failed) {
            throw new StackFailure(file + " cannot be read or written", failed);
        }
    }

    /** A part's settings in a file. */
    Path settings(String part, Map<String, String> settings) {
        return PrivateFile.write(settingsFile(part), settings);
    }

    /** Where a part's settings are. */
    Path settingsFile(String part) {
        return path.resolve(part + ".properties");
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

    /**
     * Throws away what is not to be kept.
     *
     * @param keepLogs whether the logs are kept all the same; they hold no secrets
     */
    void close(boolean keepLogs) {
        try {
            lock.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("the lock of " + path + " cannot be given back", failed);
        }
        if (kept) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            files.filter(file -> !keepLogs || !file.startsWith(logs()))
                    .sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failed) {
            throw new UncheckedIOException("the folder " + path + " cannot be deleted", failed);
        }
    }
}
