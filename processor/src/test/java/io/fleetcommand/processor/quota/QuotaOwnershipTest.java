package io.fleetcommand.processor.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.quota.QuotaMessage.Owner;
import org.junit.jupiter.api.Test;

class QuotaOwnershipTest {
    private final QuotaOwnership blue = new QuotaOwnership("blue");
    private final QuotaOwnership green = new QuotaOwnership("green");

    @Test
    void theFirstClaimInTheTopicOwnsTheQuota() {
        applyToBoth(green.claim(0), 7);
        applyToBoth(blue.claim(0), 8);
        assertThat(green.otherOwner(1)).isEmpty();
        assertThat(blue.otherOwner(1).map(Owner::group)).contains("green");
    }

    @Test
    void aRenewedClaimKeepsItsPlace() {
        applyToBoth(green.claim(0), 7);
        applyToBoth(blue.claim(0), 8);
        Owner renewed = green.claim(10_000);
        assertThat(renewed.claimedAt()).isEqualTo(7);
        applyToBoth(renewed, 9);
        assertThat(blue.otherOwner(35_000).map(Owner::group)).contains("green");
        assertThat(green.otherOwner(35_000)).isEmpty();
    }

    @Test
    void aClaimThatIsNotRenewedEnds() {
        applyToBoth(green.claim(0), 7);
        assertThat(blue.otherOwner(29_999)).isPresent();
        assertThat(blue.otherOwner(30_000)).isEmpty();
        applyToBoth(blue.claim(30_000), 8);
        assertThat(green.otherOwner(30_001).map(Owner::group)).contains("blue");
    }

    @Test
    void aGroupThatComesBackTooLateHasLostItsPlace() {
        applyToBoth(green.claim(0), 7);
        applyToBoth(blue.claim(30_000), 8);
        Owner again = green.claim(31_000);
        assertThat(again.claimedAt()).isEqualTo(Owner.FIRST);
        applyToBoth(again, 9);
        assertThat(green.otherOwner(31_001).map(Owner::group)).contains("blue");
        assertThat(blue.otherOwner(31_001)).isEmpty();
    }

    @Test
    void anUnknownEarlierBeginningDoesNotBeatAConfirmedOwner() {
        applyToBoth(green.claim(0), 7);
        green.confirm();
        applyToBoth(new Owner("blue", 0, 30_000), 8);
        assertThat(green.otherOwner(1)).isEmpty();
        assertThat(blue.otherOwner(1)).as("its beginning at offset 0 counts").isEmpty();
    }

    @Test
    void aFloodOfGroupsIsNotRemembered() {
        applyToBoth(green.claim(0), 7);
        for (int i = 0; i < 5_000; i++) {
            applyToBoth(new Owner("group-" + i, Owner.FIRST, 30_000), 8 + i);
        }
        assertThat(green.otherOwner(1)).isEmpty();
    }

    private void applyToBoth(Owner claim, long offset) {
        blue.apply(claim, offset, 0);
        green.apply(claim, offset, 0);
    }
}
