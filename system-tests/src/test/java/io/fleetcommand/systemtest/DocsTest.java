package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.model.Reason;
import io.fleetcommand.model.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages of the documentation lead to each other, and name what callers meet. */
class DocsTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final int MAX_README_LINES = 120;

    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (MatchResult link :
                    LINK.matcher(Files.readString(page)).results().toList()) {
                if (!link.group(1).matches("[a-z]+:.*") && !leadsSomewhere(page, link)) {
                    broken.add(HOME.relativize(page) + ": " + link.group());
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readAllLines(HOME.resolve("README.md"))).hasSizeLessThanOrEqualTo(MAX_README_LINES);
    }

    @ParameterizedTest
    @EnumSource(Status.class)
    void thePageForCallersNamesEveryStatus(Status status) throws IOException {
        assertThat(Files.readString(HOME.resolve("docs/calling.md"))).containsPattern("\\b" + status + "\\b");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void thePageForCallersNamesEveryReason(Reason reason) throws IOException {
        assertThat(Files.readString(HOME.resolve("docs/calling.md"))).containsPattern("\\b" + reason + "\\b");
    }

    private static boolean leadsSomewhere(Path page, MatchResult link) throws IOException {
        Path target = link.group(1).isEmpty()
                ? page
                : page.resolveSibling(link.group(1)).normalize();
        return Files.exists(target)
                && (link.group(2) == null || headings(target).contains(link.group(2)));
    }

    /** As they are named in links: small letters, a hyphen for a blank, no other punctuation. */
    private static Set<String> headings(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .strip()
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(HOME, 4)) {
            List<Path> pages = files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !HOME.relativize(file).toString().matches("(.*/)?(target|node_modules)/.*"))
                    .toList();
            assertThat(pages).hasSizeGreaterThan(15);
            return pages;
        }
    }
}
