package io.fleetcommand.processor.core.policy;

import static io.fleetcommand.processor.core.policy.Access.patterns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fleetcommand.processor.core.policy.AccessPolicy.Decision;
import io.fleetcommand.processor.core.policy.AccessPolicy.ReplyRule;
import io.fleetcommand.processor.core.policy.AccessPolicy.Rule;
import io.fleetcommand.processor.core.request.Action;
import io.fleetcommand.processor.core.request.Priority;
import io.fleetcommand.processor.core.request.Request;
import io.fleetcommand.processor.core.request.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessPolicyTest {
    private static final String ANY = "(?s).*";

    private final AccessPolicy policy = new AccessPolicy(List.of(
            new Rule(
                    "lights",
                    patterns("fleet[.]commands"),
                    patterns("12345", "rockets"),
                    patterns("setLed", "dim.*"),
                    patterns("on|off", "[0-9]{1,3}"),
                    patterns(),
                    Set.of(Priority.URGENT, Priority.NORMAL),
                    100),
            new Rule(
                    "meters",
                    patterns("fleet[.](polls|commands)[.]billing"),
                    patterns("12345"),
                    patterns("count"),
                    patterns(ANY),
                    patterns("meter", "temperature"),
                    Set.of(Priority.BULK),
                    100),
            new Rule(
                    "all lights at night",
                    patterns("fleet[.]commands"),
                    patterns("12345"),
                    patterns("setLed"),
                    patterns(ANY),
                    patterns(),
                    Set.of(Priority.BULK),
                    100)));

    @ParameterizedTest
    @CsvSource({
        "fleet.commands,          12345,   setLed,   on,      URGENT, lights",
        "fleet.commands,          rockets, dimSlow,  100,     NORMAL, lights",
        "fleet.commands,          12345,   setLed,   purple,  BULK,   all lights at night",
        "fleet.commands.billing,  12345,   count,    x,       BULK,   meters",
    })
    void aRequestThatOneRuleAllowsIsAllowed(
            String topic, String product, String function, String argument, Priority priority, String by) {
        assertThat(policy.decide(topic, product, new Action.Call(function, argument), priority)
                        .allowedBy()
                        .map(Rule::name))
                .contains(by);
    }

    @ParameterizedTest
    @CsvSource({
        "fleet.commandsX,         12345,   setLed,   on,      URGENT",
        "fleetXcommands,          12345,   setLed,   on,      URGENT",
        "fleet.commands,          1234,    setLed,   on,      URGENT",
        "fleet.commands,          123456,  setLed,   on,      URGENT",
        "fleet.commands,          12345,   xsetLed,  on,      URGENT",
        "fleet.commands,          12345,   setLedx,  on,      URGENT",
        "fleet.commands,          12345,   reboot,   on,      URGENT",
        "fleet.commands,          12345,   setLed,   on!,     URGENT",
        "fleet.commands,          12345,   setLed,   1000,    NORMAL",
        "fleet.commands,          rockets, setLed,   on,      BULK",
        "fleet.commands.billing,  12345,   setLed,   on,      BULK",
        "fleet.commands.billing,  12345,   count,    on,      NORMAL",
    })
    void aRequestThatNoRuleAllowsInFullIsDenied(
            String topic, String product, String function, String argument, Priority priority) {
        assertThat(policy.decide(topic, product, new Action.Call(function, argument), priority)
                        .isAllowed())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "fleet.polls.billing, 12345,   meter,       BULK,   true",
        "fleet.polls.billing, 12345,   temperature, BULK,   true",
        "fleet.polls.billing, 12345,   count,       BULK,   false",
        "fleet.polls.billing, 12345,   meter,       NORMAL, false",
        "fleet.polls.billing, rockets, meter,       BULK,   false",
        "fleet.polls,         12345,   meter,       BULK,   false",
        "fleet.commands,      12345,   setLed,      NORMAL, false",
    })
    void aRuleForFunctionsAllowsNoVariables(
            String topic, String product, String variable, Priority priority, boolean allowed) {
        assertThat(policy.decide(topic, product, new Action.Read(variable, 0), priority)
                        .isAllowed())
                .isEqualTo(allowed);
    }

    @Test
    void aNewlineBehindAnAllowedArgumentIsAnotherArgument() {
        assertThat(policy.decide("fleet.commands", "12345", new Action.Call("setLed", "on\n"), Priority.NORMAL)
                        .isAllowed())
                .isFalse();
    }

    @Test
    void tellsForEveryRuleWhyItDoesNotAllow() {
        Decision decision =
                policy.decide("fleet.commands", "12345", new Action.Call("setLed", "purple"), Priority.NORMAL);

        assertThat(decision.isAllowed()).isFalse();
        assertThat(decision.objections())
                .extracting(AccessPolicy.Objection::words)
                .containsExactly(
                        "lights does not have this argument of function setLed",
                        "meters is about other topics than fleet.commands",
                        "all lights at night does not have priority NORMAL");
        assertThat(decision.detail("fleet.commands"))
                .startsWith("no rule of the policy allows this on fleet.commands: lights does not have");
    }

    @Test
    void theDetailDoesNotContainTheArgument() {
        assertThat(policy.decide("fleet.commands", "12345", new Action.Call("setLed", "pin 1234"), Priority.NORMAL)
                        .detail("fleet.commands"))
                .doesNotContain("1234 ")
                .doesNotContain("pin");
    }

    @Test
    void callsCountTowardsTheRateCapOfTheRuleThatAllowsThem() {
        AccessPolicy lamps = Access.everything("lamp", 20);

        assertThat(lamps.rateCap(asking(new Action.Call("lamp", "on")))).contains(new RateCap("lamp", 20));
        assertThat(lamps.rateCap(asking(new Action.Read("lamp", 0)))).contains(new RateCap("lamp", 20));
        assertThat(lamps.rateCap(asking(new Action.Call("horn", "on")))).isEmpty();
    }

    @Test
    void theFirstRuleThatAllowsDeterminesTheRateCapToo() {
        List<Rule> lamps = Access.everything("lamp", 20).rules();
        AccessPolicy reversed = new AccessPolicy(List.of(lamps.get(1), lamps.get(0)));

        assertThat(reversed.rateCap(asking(new Action.Call("lamp", "on")))).isEmpty();
    }

    @Test
    void aRequestThatNoRuleAllowsAnyLongerHasNoRateCap() {
        AccessPolicy lampsOnly =
                new AccessPolicy(List.of(Access.everything("lamp", 20).rules().get(0)));

        assertThat(lampsOnly.rateCap(asking(new Action.Call("horn", "on")))).isEmpty();
    }

    @Test
    void allOfTheQuotaIsNoRateCap() {
        AccessPolicy lamps = Access.everything("lamp", 100);

        assertThat(lamps.hasRateCaps()).isFalse();
        assertThat(lamps.rateCap(asking(new Action.Call("lamp", "on")))).isEmpty();
        assertThat(Access.everything("lamp", 99).hasRateCaps()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 100})
    void aRateCapIsAPartOfTheQuota(int percent) {
        assertThatThrownBy(() -> new RateCap("lamp", percent))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(percent + " % of the quota is no rate cap");
        assertThat(new RateCap("lamp", 1)).isNotEqualTo(new RateCap("lamp", 99));
    }

    private static Request asking(Action action) {
        return Requests.command("c1").asking(action).made();
    }

    @Test
    void withoutRulesNothingIsAllowed() {
        Decision decision = AccessPolicy.NONE.decide("t", "p", new Action.Call("f", ""), Priority.NORMAL);

        assertThat(decision.isAllowed()).isFalse();
        assertThat(decision.detail("t")).isEqualTo("the policy has no rules, so it allows nothing");
    }

    @Test
    void theDetailNamesAFewRulesThoseForTheTopicFirst() {
        List<Rule> many = new ArrayList<>();
        for (int number = 0; number < 500; number++) {
            many.add(lamp("service " + number, "fleet[.]commands[.]" + number, ".*"));
        }
        many.add(lamp("mine", "fleet[.]commands", "off"));

        Decision decision = new AccessPolicy(many)
                .decide("fleet.commands", "12345", new Action.Call("lamp", "on"), Priority.NORMAL);

        assertThat(decision.objections()).hasSize(501);
        assertThat(decision.detail("fleet.commands"))
                .startsWith("no rule of the policy allows this on fleet.commands:"
                        + " mine does not have this argument of function lamp; service 0 is about other topics")
                .endsWith("; nor do 496 further rules")
                .hasSizeLessThan(400);
    }

    @Test
    void aRequestThatExceedsTheMatchBudgetIsDenied() {
        String long1kB = "x".repeat(1_024);
        int cost = 300;
        List<Rule> heavy = new ArrayList<>();
        AtomicInteger matched = new AtomicInteger();
        for (int number = 0; number < 50; number++) {
            Rule rule = lamp("rule " + number, "fleet[.]commands", "unused");
            TextPattern argument = new TextPattern("heavy", text -> matched.incrementAndGet() == 0, cost);
            heavy.add(new Rule(
                    rule.name(),
                    rule.topics(),
                    rule.products(),
                    rule.functions(),
                    List.of(argument),
                    rule.variables(),
                    rule.priorities(),
                    rule.quota()));
        }
        heavy.add(lamp("would allow it", "fleet[.]commands", "x*"));
        AccessPolicy policy = new AccessPolicy(heavy);

        Decision tooMuch = policy.decide("fleet.commands", "12345", new Action.Call("lamp", long1kB), Priority.NORMAL);

        assertThat(matched.get()).isEqualTo((int) (AccessPolicy.MAX_STEPS / (cost * 1_025L)));
        assertThat(tooMuch.isAllowed()).isFalse();
        assertThat(tooMuch.detail("fleet.commands"))
                .contains("rule 3 is not reached: the patterns before it take too many steps");
        assertThat(policy.decide("fleet.commands", "12345", new Action.Call("lamp", "x"), Priority.NORMAL)
                        .isAllowed())
                .as("a short argument")
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "fleet.commands,         replies.doors,   true",
        "fleet.commands,         replies.doors.1, true",
        "fleet.commands,         replies.billing, false",
        "fleet.commands,         xreplies.doors,  false",
        "fleet.commands.billing, replies.billing, true",
        "fleet.commands.billing, replies.doors,   false",
        "fleet.polls,            replies.doors,   false",
        "'',                     replies.doors,   false",
    })
    void aReplyRuleAppliesToTheRequestsOfItsTopicsOnly(String requests, String replies, boolean allowed) {
        AccessPolicy policy = new AccessPolicy(
                List.of(),
                List.of(
                        new ReplyRule(
                                patterns("fleet[.]commands"), patterns("replies[.]doors", "replies[.]doors[.].*")),
                        new ReplyRule(patterns("fleet[.]commands[.]billing"), patterns("replies[.]billing"))));

        assertThat(policy.mayReplyTo(requests, replies)).isEqualTo(allowed);
    }

    @Test
    void withoutReplyRulesNoReplyTopicMayBeNamed() {
        assertThat(Access.everything().mayReplyTo("fleet.commands", "replies.one"))
                .isFalse();
    }

    @Test
    void reloadedRulesAreEqual() {
        assertThat(Access.everything()).isEqualTo(Access.everything()).hasSameHashCodeAs(Access.everything());
        assertThat(patterns("a")).isNotEqualTo(patterns("b"));
        assertThat(new AccessPolicy(List.of(), List.of(new ReplyRule(patterns("a"), patterns("b")))))
                .isNotEqualTo(AccessPolicy.NONE);
    }

    private static Rule lamp(String name, String topic, String argument) {
        return new Rule(
                name,
                patterns(topic),
                patterns("12345"),
                patterns("lamp"),
                patterns(argument),
                patterns(),
                Set.of(Priority.NORMAL),
                100);
    }
}
