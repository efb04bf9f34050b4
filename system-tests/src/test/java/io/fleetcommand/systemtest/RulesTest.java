package io.fleetcommand.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert rules and the dashboard, as far as they can be judged without a running system. */
class RulesTest {
    static final Path FOLDER = Path.of("..", "deploy", "observability");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    private static final Pattern ENTRY = Pattern.compile("\\| (\\w+) \\|.*\\|.*\\|");

    @TempDir
    private Path folder;

    @Test
    void everyAlertHasItsEntryInTheDocumentationAndATest() throws IOException {
        List<String> alerts = ALERT.matcher(Files.readString(FOLDER.resolve("rules.yaml")))
                .results()
                .map(found -> found.group(1))
                .toList();
        String page = Files.readString(Path.of("..", "docs", "operations", "alerts.md"));
        int start = page.indexOf("\n## Alerts\n");
        List<String> entries = page.substring(start, page.indexOf("\n#", start + 1))
                .lines()
                .map(ENTRY::matcher)
                .filter(line -> line.matches() && !line.group(1).equals("alert"))
                .map(line -> line.group(1))
                .toList();

        assertThat(alerts).isNotEmpty();
        assertThat(entries).containsExactlyElementsOf(alerts);
        assertThat(alerts)
                .allSatisfy(alert -> assertThat(Files.readString(FOLDER.resolve("rules-test.yaml")))
                        .contains("alertname: " + alert + "\n"));
    }

    @Test
    void promtoolAcceptsTheRulesAndTheirTestsPass() throws Exception {
        promtool("check", "rules", FOLDER.resolve("rules.yaml").toString());
        promtool("test", "rules", FOLDER.resolve("rules-test.yaml").toString());
    }

    @Test
    void promtoolCanReadEveryQueryOfTheDashboard() throws Exception {
        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        int number = 0;
        for (String query : dashboardQueries()) {
            rules.append("  - record: query:").append(number++).append("\n    expr: |\n      ");
            rules.append(query.replace("$__rate_interval", "5m").replace("$job", ".*"))
                    .append("\n");
        }
        Path file = Files.writeString(folder.resolve("dashboard.yaml"), rules);
        promtool("check", "rules", file.toString());
    }

    /** All expressions of the dashboard's panels. */
    static List<String> dashboardQueries() throws IOException {
        JsonNode dashboard =
                new ObjectMapper().readTree(FOLDER.resolve("dashboard.json").toFile());
        List<String> queries = new ArrayList<>();
        dashboard
                .path("panels")
                .forEach(panel -> panel.path("targets")
                        .forEach(target -> queries.add(target.path("expr").asText())));
        assertThat(queries).isNotEmpty().doesNotContain("");
        return queries;
    }

    private static void promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException absent) {
            assumeTrue(false, "promtool is not installed: apt-get install prometheus");
            return;
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }
}
