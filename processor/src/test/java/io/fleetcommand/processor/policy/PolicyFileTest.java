package io.fleetcommand.processor.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.policy.AccessPolicy.Rule;
import io.fleetcommand.processor.core.policy.CampaignLimits;
import io.fleetcommand.processor.core.policy.TextPattern;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Priority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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
            replies:
              - topics: [fleet.commands]
                reply_topics: ["replies.*", on]
            """;

    @Test
    void aRuleIsReadInAllItsParts() {
        AccessPolicy policy = parse(RULE);

        assertThat(policy.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.name()).isEqualTo("lights");
            assertThat(rule.topics()).extracting(TextPattern::text).containsExactly("fleet.commands");
            assertThat(rule.products()).extracting(TextPattern::text).containsExactly("12345", "678");
            assertThat(rule.functions()).extracting(TextPattern::text).containsExactly("setLed");
            assertThat(rule.arguments()).extracting(TextPattern::text).containsExactly("on|off", "");
            assertThat(rule.variables()).extracting(TextPattern::text).containsExactly("locked");
            assertThat(rule.priorities()).isEqualTo(Set.of(Priority.URGENT, Priority.BULK));
            assertThat(rule.quota()).isEqualTo(20);
        });
        assertThat(policy.replies()).singleElement().satisfies(reply -> {
            assertThat(reply.topics()).extracting(TextPattern::text).containsExactly("fleet.commands");
            assertThat(reply.replyTopics()).extracting(TextPattern::text).containsExactly("replies.*", "on");
        });
    }

    @Test
    void textIsTextWhateverYamlMakesOfIt() {
        AccessPolicy policy = parse("""
                rules:
                  - name: on
                    topics: [fleet.commands, null]
                    products: [012345, 0x10, 1_000]
                    functions: [yes, no, ~, .inf]
                    arguments: [on, off, 1e3, 2026-01-01, 10:30]
                    priorities: [NORMAL]
                """);

        assertThat(policy.rules().get(0).name()).isEqualTo("on");
        for (String argument : new String[] {"on", "off", "1e3", "2026-01-01", "10:30"}) {
            assertThat(allows(policy, "012345", "yes", argument)).as(argument).isTrue();
        }
        for (String argument : new String[] {"true", "false", "1000.0", "1000", "630", ""}) {
            assertThat(allows(policy, "012345", "yes", argument)).as(argument).isFalse();
        }
        assertThat(allows(policy, "5349", "yes", "on")).isFalse();
        assertThat(allows(policy, "16", "yes", "on")).isFalse();
        assertThat(allows(policy, "0x10", "~", "on")).isTrue();
        assertThat(allows(policy, "1000", "no", "on")).isFalse();
        assertThat(allows(policy, "1_000", "true", "on")).isFalse();
    }

    @Test
    void whereNoRepliesAreWrittenNoneAreAllowed() {
        assertThat(parse(RULE.substring(0, RULE.indexOf("replies:"))).mayReplyTo("fleet.commands", "replies.1"))
                .isFalse();
        assertThat(parse(RULE).mayReplyTo("fleet.commands", "replies.1")).isTrue();
        assertThat(parse(RULE).mayReplyTo("fleet.polls", "replies.1")).isFalse();
        assertThat(parse("rules: []\nreplies: []")).isEqualTo(AccessPolicy.NONE);
    }

    static Stream<Arguments> tooMuch() {
        String rule = "  - {name: r%d, topics: [t], products: [p], variables: [%s], priorities: [BULK]}\n";
        return Stream.of(
                arguments(
                        "rules:\n" + repeated(1_001, rule, "v"), "rules: there are 1001; more than 1000 are not taken"),
                arguments(
                        "rules:\n" + repeated(500, rule, "v" + ",v".repeat(50)),
                        "the patterns up to here are too many"),
                arguments("rules:\n" + repeated(900, rule, "'.{450}'"), "the patterns up to here are too many"),
                arguments("rules:\n" + repeated(900, rule, "'('"), "and 850 more"),
                arguments("rules: []\n# " + "x".repeat(1_048_576), "it is longer than 1048576 bytes"),
                arguments("rules: " + "[".repeat(1_000_000), "nested deeper than 8 levels"));
    }

    private static String repeated(int times, String rule, String variables) {
        return IntStream.range(0, times)
                .mapToObj(number -> rule.formatted(number, variables))
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @MethodSource
    void tooMuch(String text, String fault) {
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThatThrownBy(() -> parse(text))
                        .isInstanceOf(InvalidPolicy.class)
                        .hasMessageContaining(fault)
                        .satisfies(wrong -> assertThat(wrong.getMessage()).hasSizeLessThan(10_000)));
    }

    /**
     * The most expensive valid policy, and the most expensive argument: the most that one decision may take of the
     * stream thread's time.
     */
    @Test
    void aDecisionIsBoundedInTime() {
        String rule =
                "  - {name: r%d, topics: [.*], products: [.*], functions: [.*], arguments: [%s], priorities: [BULK]}\n";
        AccessPolicy policy = parse("rules:\n" + repeated(300, rule, "'([a-z]*[a-y]*){60}b'"));
        Action call = new Action.Call("f", "a".repeat(1_024));

        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            AccessPolicy.Decision decision = policy.decide("t", "p", call, Priority.BULK);
            assertThat(decision.isAllowed()).isFalse();
            assertThat(decision.detail("t")).contains("is not reached");
        });
    }

    private static boolean allows(AccessPolicy policy, String product, String function, String argument) {
        return policy.decide("fleet.commands", product, new Action.Call(function, argument), Priority.NORMAL)
                .isAllowed();
    }

    @Test
    void withoutArgumentsAnyArgumentIsAllowed() {
        AccessPolicy policy = parse(RULE.replace("    arguments: [\"on|off\", \"\"]\n", ""));

        assertThat(policy.decide("fleet.commands", "12345", new Action.Call("setLed", "any\nthing"), Priority.URGENT)
                        .isAllowed())
                .isTrue();
    }

    @Test
    void withoutAQuotaAllOfItMayBeTaken() {
        AccessPolicy policy = parse(RULE.replace("    quota: 20\n", ""));

        assertThat(policy.rules().get(0).quota()).isEqualTo(100);
        assertThat(policy.hasRateCaps()).isFalse();
    }

    @Test
    void aRuleForCampaignsHasLimitsOfItsOwn() {
        AccessPolicy policy = parse(RULE.replace(
                "quota: 20", "quota: 20\n    max_devices: 1000\n    max_per_minute: 60\n    approval_above: 0"));

        assertThat(policy.rules().get(0).campaigns()).isEqualTo(new CampaignLimits(1_000, 60, 0));
        assertThat(parse(RULE).rules().get(0).campaigns()).isEqualTo(CampaignLimits.NONE);
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
        assertThat(parse("rules: []")).isEqualTo(AccessPolicy.NONE);
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
                "functions: [setLed];             functions: ['('];           functions: ( is not a regular expression of RE2's",
                "functions: [setLed];             functions: ['(?=a).*'];     functions: (?=a).* is not a regular expression",
                "functions: [setLed];             functions: ['(a{99}){99}']; functions: (a{99}){99} is too large",
                "functions: [setLed];             functions: [[setLed]];      functions must be a list of one text or more",
                "functions: [setLed];             functions: [a, {b: c}];     functions must be a list of one text or more",
                "functions: [setLed];             functions: [!!js/x a];      line 5: tags (tag:yaml.org,2002:js/x)",
                "functions: [setLed];             functions: [&x a];          line 5: anchors (&name) are not taken",
                "functions: [setLed];             functions: [*x];            line 5: aliases (*name) are not taken",
                "functions: [setLed];             functions: [a,,b];          line 5: ",
                "functions: [setLed];             functions: ;                line 5: a value is missing",
                "name: lights;                    name: [lights];             rule 1: name is missing",
                "name: lights;                    name: ' ';                  rule 1 ( ): name is missing",
                "name: lights;                    name: \"a\\u001b[31m\";      rule 1 (a\\u001B[31m): a name is at most 100",
                "functions: [setLed];             functions: [''];            functions must be a list of one text",
                "functions: [setLed];             x: y;                       arguments without functions",
                "quota: 20;                       quota: 0;                   quota: 0 is no whole percentage from 1 to",
                "quota: 20;                       quota: 101;                 quota: 101 is no whole percentage from 1",
                "quota: 20;                       quota: -5;                  quota: -5 is no whole percentage from 1",
                "quota: 20;                       quota: 2.5;                 quota: 2.5 is no whole percentage from 1",
                "quota: 20;                       quota: 20%;                 (lights): quota: 20% is no whole",
                "quota: 20;                       quota: 020;                 (lights): quota: 020 is no whole",
                "quota: 20;                       quota: 0x14;                (lights): quota: 0x14 is no whole",
                "quota: 20;                       quota: +20;                 (lights): quota: +20 is no whole",
                "quota: 20;                       quota: 99999999999999999;   (lights): quota: 99999999999999999 is no",
                "quota: 20;                       quota: [20];                (lights): quota: what stands there is no whole",
                "quota: 20;                       quota: ;                    line 9: a value is missing",
                "quota: 20;                       max_devices: -1;            max_devices: -1 is no whole number from 0",
                "quota: 20;                       max_per_minute: 0.5;        max_per_minute: 0.5 is no whole number",
                "quota: 20;                       approval_above: 1000000000; approval_above: 1000000000 is no whole",
                "quota: 20;                       max_devices: [5];           max_devices: what stands there is no",
                "quota: 20;                       max_device: 5;              rule 1 (lights): there is no key max_device",
                "rules:;                          rule:;                      it must hold the key rules",
                "rules:;                          rule:;                      the policy: there is no key rule",
                "replies:;                        reply:;                     the policy: there is no key reply",
                "- topics: [fleet.commands];      - topic: [x];               reply 1: there is no key topic",
                "- topics: [fleet.commands];      - topic: [x];               reply 1: topics is missing",
                "reply_topics: [\"replies.*\", on]; reply_topics: [];          reply_topics must be a list of one text",
                "reply_topics: [\"replies.*\", on]; reply_topics: ['[']; reply 1: reply_topics: [ is not a regular expression",
                "- topics: [fleet.commands];      - x;                        line 12: ",
                "products:;                       name: again\\n    products:; line 4: the key name stands there twice",
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
    @CsvSource({
        "policy/allow-all.yaml, true",
        "policy/example.yaml, false",
        "kubernetes/overlays/dev/policy.yaml, true",
        "kubernetes/overlays/production/policy.yaml, false"
    })
    void theFilesThatAreShippedCanBeUsed(String file, boolean everything) throws IOException {
        AccessPolicy policy = PolicyFile.parse(
                file, Files.readAllBytes(Path.of("..", "deploy").resolve(file)));

        assertThat(policy.rules()).extracting(Rule::name).isNotEmpty();
        assertThat(policy.decide("any.topic", "p", new Action.Call("reboot", "\n"), Priority.URGENT)
                        .isAllowed())
                .isEqualTo(everything);
        assertThat(policy.mayReplyTo("fleet.commands", "replies.app")).isTrue();
        assertThat(policy.mayReplyTo("fleet.commands", "fleet.command-results")).isFalse();
    }

    private static AccessPolicy parse(String text) {
        return PolicyFile.parse("test.yaml", text.getBytes(StandardCharsets.UTF_8));
    }
}
