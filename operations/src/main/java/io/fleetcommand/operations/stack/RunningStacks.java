package io.fleetcommand.operations.stack;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The stacks that {@code ./fleet up} runs from one checkout, each with a name of its own. A stack holds a lock for as long
 * as its process lives, so that the addresses of one that was killed are known to be stale.
 *
 * @param folder of one address file and one lock file for each name
 */
public record RunningStacks(Path folder) {
    private static final String ADDRESSES = ".properties";
    private static final String LOCK = ".lock";
    private static final String STANDARD_NAME = "stack-";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");
    private static final int MAX_STACKS = 100;
    /** Another command may hold a lock for the moment in which it looks at it. */
    private static final int LOCK_TRIES = 5;

    private static final long TRY_EVERY_MS = 40;

    /** Those of this checkout. */
    public static RunningStacks ofCheckout() {
        return new RunningStacks(Path.of(System.getProperty("fleet.home", "."), ".fleet", "stacks"));
    }

    /**
     * Takes a name for a stack that is about to start.
     *
     * @param wanted empty for the next free one
     * @throws IllegalStateException if a stack of that name is up, or the name cannot be one
     */
    public Reservation reserve(Optional<String> wanted) {
        if (wanted.isPresent()) {
            String name = checked(wanted.get());
            return tryReserve(name)
                    .orElseThrow(() -> new IllegalStateException(
                            "a stack named " + name + " is up already: end it, or give another --name"));
        }
        return Stream.iterate(1, number -> number + 1)
                .limit(MAX_STACKS)
                .flatMap(number -> tryReserve(STANDARD_NAME + number).stream())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(MAX_STACKS + " stacks are up already: give a --name"));
    }

    /** All that are up, by name. Addresses of stacks that were killed are deleted. */
    public List<RunningStack> up() {
        List<RunningStack> up = new ArrayList<>();
        for (String name : names()) {
            if (isHeld(name)) {
                stack(name).ifPresent(up::add);
            } else {
                forget(name);
            }
        }
        return List.copyOf(up);
    }

    /**
     * The stack that a command is for: the one that is named, or else the only one. Empty if none is named and none is up.
     *
     * @throws IllegalStateException if the stack that is named is not up, or several are up and none is named
     */
    public Optional<RunningStack> choose(Optional<String> wanted) {
        List<String> before = names();
        List<RunningStack> up = up();
        if (wanted.isPresent()) {
            return Optional.of(up.stream()
                    .filter(stack -> stack.name().equals(wanted.get()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no stack named " + wanted.get() + " is up"
                            + (before.contains(wanted.get()) ? " any more: it has ended without saying so" : "")
                            + "; " + inWords(up))));
        }
        if (up.size() > 1) {
            throw new IllegalStateException(
                    inWords(up) + ". Say which one is meant: --stack NAME, or FLEET_STACK=NAME in the environment");
        }
        return up.stream().findFirst();
    }

    private static String inWords(List<RunningStack> up) {
        return up.isEmpty()
                ? "none is up: start one with ./fleet up"
                : (up.size() == 1 ? "one stack is up: " : up.size() + " stacks are up: ")
                        + up.stream()
                                .map(stack -> stack.name() + " (Kafka "
                                        + stack.addresses().bootstrapServers() + ", cloud "
                                        + stack.addresses().cloud() + ")")
                                .collect(Collectors.joining(", "));
    }

    /** A name that nobody else can take until it is given back, or the process ends. */
    public final class Reservation implements AutoCloseable {
        private final String name;
        private final FileLock lock;

        private Reservation(String name, FileLock lock) {
            this.name = name;
            this.lock = lock;
        }

        public String name() {
            return name;
        }

        /** Lets other commands find the stack. */
        public void publish(RunningStack stack) {
            Path file = folder.resolve(name + ADDRESSES);
            Path draft = folder.resolve(name + ".draft");
            try (Writer out = Files.newBufferedWriter(draft)) {
                stack.properties().store(out, "a stack that ./fleet up runs");
            } catch (IOException failed) {
                throw new UncheckedIOException(draft + " cannot be written", failed);
            }
            try {
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException failed) {
                throw new UncheckedIOException(file + " cannot be written", failed);
            }
        }

        @Override
        public void close() {
            forget(name);
            try {
                lock.channel().close();
            } catch (IOException failed) {
                throw new UncheckedIOException("the lock of the stack " + name + " cannot be given back", failed);
            }
        }
    }

    private Optional<Reservation> tryReserve(String name) {
        for (int tries = 0; tries < LOCK_TRIES; tries++) {
            Optional<FileLock> lock = tryLock(name, false);
            if (lock.isPresent()) {
                forget(name);
                return lock.map(held -> new Reservation(name, held));
            }
            pause();
        }
        return Optional.empty();
    }

    private boolean isHeld(String name) {
        Optional<FileLock> lock = tryLock(name, true);
        lock.ifPresent(held -> {
            try {
                held.channel().close();
            } catch (IOException failed) {
                throw new UncheckedIOException("the lock of the stack " + name + " cannot be given back", failed);
            }
        });
        return lock.isEmpty();
    }

    /** Empty if somebody else holds it, be it in this process. */
    private Optional<FileLock> tryLock(String name, boolean shared) {
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    folder.resolve(name + LOCK),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            Optional<FileLock> lock = tryLock(channel, shared);
            if (lock.isEmpty()) {
                channel.close();
            }
            return lock;
        } catch (IOException failed) {
            throw new UncheckedIOException("the stacks in " + folder + " cannot be looked up", failed);
        }
    }

    private static Optional<FileLock> tryLock(FileChannel channel, boolean shared) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock(0, Long.MAX_VALUE, shared));
        } catch (OverlappingFileLockException ours) {
            return Optional.empty();
        }
    }

    private Optional<RunningStack> stack(String name) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(folder.resolve(name + ADDRESSES))) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException ended) {
            // It ended between the look at its lock and this one, or the file is none of ours.
            return Optional.empty();
        }
        return RunningStack.of(name, properties);
    }

    private List<String> names() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(ADDRESSES))
                    .map(file -> file.substring(0, file.length() - ADDRESSES.length()))
                    .sorted()
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException("the stacks in " + folder + " cannot be looked up", failed);
        }
    }

    private void forget(String name) {
        Path file = folder.resolve(name + ADDRESSES);
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(file + " cannot be deleted", failed);
        }
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalStateException(
                    "--name must be letters, digits, dots, dashes and underscores, 40 at most, and not " + name);
        }
        return name;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(TRY_EVERY_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking for a free name", interrupted);
        }
    }
}
