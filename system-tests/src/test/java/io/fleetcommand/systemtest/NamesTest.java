package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names that people search for must lead to one place. */
class NamesTest {
    private static final Path HOME = Path.of("..");
    private static final List<String> SHARED = List.of("Main.java", "package-info.java");

    @Test
    void noTwoClassesOfTheProjectHaveTheSameSimpleName() throws IOException {
        Map<String, List<Path>> byName;
        try (Stream<Path> modules = Files.list(HOME)) {
            byName = modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .flatMap(NamesTest::sources)
                    .collect(Collectors.groupingBy(file -> file.getFileName().toString()));
        }

        assertThat(byName).hasSizeGreaterThan(300);
        assertThat(byName.entrySet().stream()
                        .filter(name -> !SHARED.contains(name.getKey()))
                        .filter(name -> name.getValue().size() > 1))
                .isEmpty();
    }

    private static Stream<Path> sources(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
