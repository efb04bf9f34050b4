package io.fleetcommand.token.state;

import io.fleetcommand.token.rotation.TokenState;
import io.fleetcommand.token.rotator.StateStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A store in a local file, for a single replica: mode 0600, replaced atomically. A lock file beside it excludes a
 * second process. Thread-safe.
 */
public final class FileStore implements StateStore {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path file;
    private final TokenStateCodec codec;
    private final FileChannel lockFile;
    private final FileLock lock;
    private volatile TokenState state;
    private volatile Runnable listener = () -> {};

    private FileStore(Path file, TokenStateCodec codec, FileChannel lockFile, FileLock lock, TokenState state) {
        this.file = file;
        this.codec = codec;
        this.lockFile = lockFile;
        this.lock = lock;
        this.state = state;
    }

    /** @throws IOException if another process has locked the file, or it cannot be read */
    public static FileStore open(Path file, TokenStateCodec codec) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path lockPath = absolute.resolveSibling(absolute.getFileName() + ".lock");
        FileChannel lockFile =
                FileChannel.open(lockPath, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNER_ONLY);
        try {
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                throw new IOException("another process uses " + absolute);
            }
            TokenState state = Files.exists(absolute) ? codec.read(Files.readAllBytes(absolute)) : TokenState.NONE;
            return new FileStore(absolute, codec, lockFile, lock, state);
        } catch (OverlappingFileLockException ownProcess) {
            lockFile.close();
            throw new IOException("this process uses " + absolute + " already", ownProcess);
        } catch (IOException failed) {
            lockFile.close();
            throw new IOException("the state in " + absolute + " cannot be read: " + failed.getMessage(), failed);
        }
    }

    @Override
    public boolean isLoaded() {
        return true;
    }

    @Override
    public TokenState state() {
        return state;
    }

    @Override
    public boolean isLeader() {
        return lock.isValid();
    }

    @Override
    public synchronized boolean replace(TokenState expected, TokenState next) throws IOException {
        if (!isLeader() || !expected.equals(state)) {
            return false;
        }
        Path temporary =
                Files.createTempFile(file.getParent(), file.getFileName().toString(), ".new", OWNER_ONLY);
        try {
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(codec.write(next));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        state = next;
        listener.run();
        return true;
    }

    @Override
    public void onChange(Runnable newListener) {
        listener = newListener;
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException failed) {
            // The process is shutting down, which releases the lock anyway.
            listener = () -> {};
        }
    }
}
