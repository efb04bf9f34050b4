package io.fleetcommand.stack;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where the built parts lie, and how they are run.
 *
 * @param folder {@code target} of a module of the project that runs the stack, which the build has filled
 * @param jvm options of every part's JVM, beside its own
 */
public record Installation(Path folder, List<String> jvm) {
    /** The system property by which {@code ./fleet} and the tests name the folder. */
    public static final String PROPERTY = "fleet.installation";

    /**
     * The system property with the options, separated by blanks. A stack that lives for a minute starts in two thirds
     * of the time with {@code -XX:TieredStopAtLevel=1}: code that runs so shortly does not earn the optimizing
     * compiler's work.
     */
    static final String JVM_PROPERTY = "fleet.jvm";

    public Installation {
        jvm = List.copyOf(jvm);
    }

    /** @throws StackFailure if there is no such folder */
    public static Installation find() {
        Path folder = Optional.ofNullable(System.getProperty(PROPERTY))
                .map(Path::of)
                .orElse(Path.of("local-stack", "target"))
                .toAbsolutePath();
        if (!Files.isDirectory(folder.resolve("lib"))) {
            throw new StackFailure("nothing is built in " + folder + "; start with ./fleet, which builds first");
        }
        return new Installation(
                folder,
                Arrays.stream(System.getProperty(JVM_PROPERTY, "").split(" "))
                        .filter(option -> !option.isBlank())
                        .toList());
    }

    /** The project's {@code deploy/topics.yaml}. */
    Path topics() {
        return deploy("topics.yaml");
    }

    /** The project's {@code deploy/acls.yaml}. */
    Path acls() {
        return deploy("acls.yaml");
    }

    private Path deploy(String file) {
        return folder.resolve(Path.of("..", "..", "deploy", file)).normalize();
    }

    String classPath() {
        return folder.resolve("classes") + System.getProperty("path.separator") + folder.resolve("lib") + "/*";
    }

    /** The registry's runner jar, which names its own libraries, and the program that starts it. */
    String registryClassPath() {
        Path unpacked = folder.resolve(Path.of("..", "..", "local-stack", "target", "registry"))
                .normalize();
        try (var files = Files.list(unpacked)) {
            Path runner = files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow(() -> new StackFailure("the schema registry is not unpacked in " + unpacked));
            return program() + System.getProperty("path.separator") + runner;
        } catch (IOException unreadable) {
            throw new StackFailure("the schema registry is not unpacked in " + unpacked, unreadable);
        }
    }

    /** Where the program is that every part is started by: all that a part of other people's needs of ours. */
    public static Path program() {
        try {
            return Path.of(ManagedProcessMain.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("a class path is made of addresses", impossible);
        }
    }
}
