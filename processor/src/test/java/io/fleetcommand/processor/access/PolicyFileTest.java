package io.fleetcommand.processor.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.processor.core.AccessRules;
import io.fleetcommand.processor.core.AccessRules.Rule;
import io.fleetcommand.processor.core.Action;
import io.fleetcommand.processor.core.Lane;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyFileTest {
    private static final String RULE = """
            rules:
              - name: lights
                topics: [fleet.commands]
                products: ["12345", 678]
                functions: [setLed]
                arguments: ["on|off", ""]
                variables: [locked]
                priorities: [URGENT, BULK]
                quota: 20
            """;

    @Test
    void aRuleIsReadInAllItsParts() {
        AccessRules rules = parse(RULE);

        assertThat(rules.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.name()).isEqualTo("lights");
            assertThat(rule.topics()).extracting(Pattern::pattern).containsExactly("fleet.commands");
            assertThat(rule.products()).extracting(Pattern::pattern).containsExactly("12345", "678");
            assertThat(rule.functions()).extracting(Pattern::pattern).containsExactly("setLed");
            assertThat(rule.arguments()).extracting(Pattern::pattern).containsExactly("on|off", "");
            assertThat(rule.variables()).extracting(Pattern::pattern).containsExactly("locked");
            assertThat(rule.lanes()).isEqualTo(Set.of(Lane.URGENT, Lane.BULK));
            assertThat(rule.quota()).isEqualTo(20);
        });
    }

    @Test
    void withoutArgumentsAnyArgumentIsAllowed() {
        AccessRules rules = parse(RULE.replace("    arguments: [\"on|off\", \"\"]\n", ""));

        assertThat(rules.decide("fleet.commands", "12345", new Action.Call("setLed", "any\nthing"), Lane.URGENT)
                        .isAllowed())
                .isTrue();
    }

    @Test
    void withoutAQuotaAllOfItMayBeTaken() {
        AccessRules rules = parse(RULE.replace("    quota: 20\n", ""));

        assertThat(rules.rules().get(0).quota()).isEqualTo(100);
        assertThat(rules.haveCeilings()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 99, 100})
    void aQuotaIsAWholePercentage(int percent) {
        assertThat(parse(RULE.replace("quota: 20", "quota: " + percent))
                        .rules()
                        .get(0)
                        .quota())
                .isEqualTo(percent);
    }

    @Test
    void noRulesIsAPolicyToo() {
        assertThat(parse("rules: []")).isEqualTo(AccessRules.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "name: lights;                    nome: lights;               rule 1: name is missing",
                "name: lights;                    nome: lights;               rule 1: there is no key nome",
                "topics: [fleet.commands];        x: y;                       rule 1 (lights): topics is missing",
                "topics: [fleet.commands];        topics: [];                 topics must be a list of one text or more",
                "topics: [fleet.commands];        topics: fleet.commands;     topics must be a list of one text or more",
                "priorities: [URGENT, BULK];      priorities: [SOON];         priorities: SOON is none of [URGENT",
                "functions: [setLed];             functions: ['('];           functions: ( is not a regular expression",
                "functions: [setLed];             functions: [''];            functions must be a list of one text",
                "functions: [setLed];             x: y;                       arguments without functions",
                "quota: 20;                       quota: 0;                   quota: 0 is no whole percentage from 1 to",
                "quota: 20;                       quota: 101;                 quota: 101 is no whole percentage from 1",
                "quota: 20;                       quota: -5;                  quota: -5 is no whole percentage from 1",
                "quota: 20;                       quota: 2.5;                 quota: 2.5 is no whole percentage from 1",
                "quota: 20;                       quota: 20%;                 (lights): quota: \"20%\" is no whole",
                "quota: 20;                       quota: [20];                (lights): quota: [20] is no whole",
                "quota: 20;                       quota: ;                    (lights): quota: null is no whole",
                "rules:;                          rule:;                      it must hold the one key rules",
                "products:;                       name: again\\n    products:; line 4: Duplicate field 'name'",
            })
    void aFaultIsNamedWhereItIs(String good, String bad, String fault) {
        assertThat(RULE).contains(good);
        assertThatThrownBy(() -> parse(RULE.replace(good, bad.replace("\\n", "\n"))))
                .isInstanceOf(InvalidPolicy.class)
                .hasMessageStartingWith("the policy test.yaml cannot be used: ")
                .hasMessageContaining(fault);
    }

    @Test
    void allFaultsAreListedAtOnce() {
        assertThatThrownBy(() -> parse("rules: [{name: a}, {name: a, variables: [x]}]"))
                .hasMessageContainingAll(
                        "rule 1 (a): topics is missing",
                        "rule 1 (a): it has neither functions nor variables",
                        "rule 2 (a): another rule has this name",
                        "rule 2 (a): priorities is missing");
    }

    @ParameterizedTest
    @CsvSource({"allow-all.yaml, true", "example.yaml, false"})
    void theFilesThatAreShippedCanBeUsed(String file, boolean everything) throws IOException {
        AccessRules rules = PolicyFile.parse(
                file, Files.readAllBytes(Path.of("..", "deploy", "policy").resolve(file)));

        assertThat(rules.rules()).extracting(Rule::name).isNotEmpty();
        assertThat(rules.decide("any.topic", "p", new Action.Call("reboot", "\n"), Lane.URGENT)
                        .isAllowed())
                .isEqualTo(everything);
    }

    private static AccessRules parse(String text) {
        return PolicyFile.parse("test.yaml", text.getBytes(StandardCharsets.UTF_8));
    }
}
