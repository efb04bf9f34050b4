package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.Campaigns.campaign;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.policy.Access;
import io.fleetcommand.processor.core.policy.AccessPolicy;
import io.fleetcommand.processor.core.policy.AccessPolicy.Rule;
import io.fleetcommand.processor.core.policy.CampaignLimits;
import io.fleetcommand.processor.core.request.Action.Call;
import io.fleetcommand.processor.core.request.Action.Read;
import io.fleetcommand.processor.core.request.Priority;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CampaignPolicyTest {
    private static final CampaignLimits LIMITS = new CampaignLimits(1_000, 60, 100);
    private static final CampaignPolicy REBOOTS = new CampaignPolicy(
            new AccessPolicy(List.of(rule("fleet\\.commands", CampaignLimits.NONE), rule("fleet\\.campaigns", LIMITS))),
            "fleet.campaigns");

    private static Rule rule(String topics, CampaignLimits limits) {
        return new Rule(
                "reboots on " + topics,
                Access.patterns(topics),
                Access.patterns("rockets"),
                Access.patterns("reboot"),
                Access.patterns("", "soft"),
                Access.patterns("uptime"),
                Set.of(Priority.BULK),
                100,
                limits);
    }

    @Test
    void theRuleOfTheCampaignTopicAppliesWithItsLimits() {
        CampaignVerdict verdict = REBOOTS.judge(campaign().made());

        assertThat(verdict).isEqualTo(new CampaignVerdict(Optional.of(LIMITS), "reboots on fleet\\.campaigns"));
        assertThat(verdict.objection(1_000, 60)).isEmpty();
        assertThat(verdict.objection(1_001, 60))
                .contains("it is for 1001 devices; rule reboots on fleet\\.campaigns allows 1000");
        assertThat(verdict.objection(0, 61))
                .contains("it releases up to 61.0 devices a minute; rule reboots on fleet\\.campaigns allows 60.0");
        assertThat(verdict.needsApproval(100)).isFalse();
        assertThat(verdict.needsApproval(101)).isTrue();
    }

    @Test
    void whatNoRuleAllowsIsDeniedWithTheReason() {
        assertThat(objection(campaign().ofProduct("boats"))).contains("does not have product boats");
        assertThat(objection(campaign().asking(new Call("erase", "")))).contains("does not have function erase");
        assertThat(objection(campaign().asking(new Call("reboot", "hard")))).contains("does not have this argument");
        assertThat(objection(campaign().asking(new Read("keys", 0)))).contains("does not have variable keys");
        assertThat(objection(campaign().asking(new Read("uptime", 0)))).isEmpty();
        assertThat(REBOOTS.judge(campaign().ofProduct("boats").made()).needsApproval(1))
                .isFalse();
    }

    private static String objection(Campaigns made) {
        return REBOOTS.judge(made.made()).objection(1, 1).orElse("");
    }
}
