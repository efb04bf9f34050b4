package io.fleetcommand.systemtest.analytics;

import io.fleetcommand.stack.StackContext;
import io.fleetcommand.stack.StackFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A PostgreSQL server of Debian's packages on a free port, with data that is thrown away. Since the server refuses to
 * run as root, root runs it as the user {@code postgres}. It ends when its standard input does, so also when the test's
 * JVM is killed.
 */
public final class Postgres implements AutoCloseable {
    private static final Path PACKAGES = Path.of("/usr/lib/postgresql");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String USER = "fleet";

    private final Path folder;
    private final int port;
    private final Process server;

    private Postgres(Path folder, int port, Process server) {
        this.folder = folder;
        this.port = port;
        this.server = server;
    }

    /** The folder of the programs of the newest version that is installed. */
    public static Optional<Path> programs() {
        if (!Files.isDirectory(PACKAGES)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(PACKAGES)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin ->
                            Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("postgres")))
                    .max(Comparator.comparing(Path::toString));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Makes an empty database and waits until it answers. */
    public static Postgres start(Path programs) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("fleet-postgres-");
        if (isRoot()) {
            Files.setOwner(
                    folder,
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
        }
        Path data = folder.resolve("data");
        run(List.of(
                programs.resolve("initdb").toString(),
                "--pgdata=" + data,
                "--username=" + USER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
        int port = StackContext.freePort();
        Process server = begin(List.of(
                "sh",
                "-c",
                "\"$@\" & cat >/dev/null; kill -INT $!; wait",
                "sh",
                programs.resolve("postgres").toString(),
                "-D",
                data.toString(),
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-k",
                folder.toString(),
                "-F"));
        Postgres started = new Postgres(folder, port, server);
        started.awaitAnswer();
        return started;
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    public String user() {
        return USER;
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), USER, "");
    }

    public void run(Path script) throws SQLException, IOException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(Files.readString(script));
        }
    }

    private void awaitAnswer() {
        try {
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .pollInterval(Duration.ofMillis(50))
                    .until(this::answersOrHasEnded);
        } catch (ConditionTimeoutException late) {
            close();
            throw new StackFailure("PostgreSQL does not answer at " + url(), late);
        }
        if (!server.isAlive()) {
            throw new StackFailure("PostgreSQL has ended; it was to answer at " + url());
        }
    }

    private boolean answersOrHasEnded() {
        try {
            connect().close();
            return true;
        } catch (SQLException notYet) {
            return !server.isAlive();
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = begin(command);
        process.getOutputStream().close();
        if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new StackFailure(command + " failed");
        }
    }

    private static Process begin(List<String> command) throws IOException {
        List<String> asUser = new ArrayList<>();
        if (isRoot()) {
            asUser.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
        }
        asUser.addAll(command);
        return new ProcessBuilder(asUser)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    @Override
    public void close() {
        try {
            server.getOutputStream().close();
            if (!server.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
