package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.Campaigns.campaign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReleaseOrderTest {
    private static final int FLEET = 100_000;
    private static final Campaign WINTER = campaign().made();

    private static List<String> devices(int count) {
        return IntStream.range(0, count).mapToObj("%024x"::formatted).toList();
    }

    private static List<String> first(Campaign campaign, int count) {
        return devices(FLEET).stream()
                .sorted(Comparator.comparing(device -> ReleaseOrder.position(campaign, 0, device, 0)))
                .limit(count)
                .toList();
    }

    @Test
    void theFirstPerCentIsAFairSample() {
        // Devices of every tenth id stand for a kind of device: 10 % of all.
        long ofAKind = first(WINTER, FLEET / 100).stream()
                .filter(device -> Integer.parseInt(device, 16) % 10 == 0)
                .count();

        assertThat((double) ofAKind).isCloseTo(100, within(40.0));
    }

    @Test
    void anotherCampaignHasAnotherSample() {
        HashSet<String> both = new HashSet<>(first(WINTER, 1_000));
        both.retainAll(first(campaign().named("summer").made(), 1_000));

        assertThat(both).hasSizeLessThan(50);
    }

    @Test
    void aPositionIsTheSameForEver() {
        assertThat(ReleaseOrder.position(WINTER, 0, "0123456789abcdef01234567", 0))
                .hasToString("00000000" + "f9a2604276a685bd1adbace51570eac3");
        assertThat(ReleaseOrder.position(campaign().asListed().made(), 1, "0123456789abcdef01234567", 258))
                .hasToString("00000001" + "0000000000000102" + "0000000000000000");
    }

    @Test
    void asListedKeepsTheListsOrder() {
        Campaign listed = campaign().asListed().made();

        assertThat(ReleaseOrder.position(listed, 0, "b", 255)).isLessThan(ReleaseOrder.position(listed, 0, "a", 256));
    }

    @Test
    void lateJoinersComeAfterAllBeforeThem() {
        for (String device : devices(100)) {
            assertThat(ReleaseOrder.position(WINTER, 1, device, 0))
                    .isGreaterThan(ReleaseOrder.position(WINTER, 0, "f".repeat(24), 0))
                    .isGreaterThan(ReleasePosition.START);
        }
    }

    @Test
    void bytesSortAsPositionsDo() {
        ReleasePosition high = ReleasePosition.of(new byte[] {(byte) 0x80});
        ReleasePosition low = ReleasePosition.of(new byte[] {0x7f, 1});

        assertThat(high).isGreaterThan(low);
        assertThat(ReleasePosition.of(high.bytes())).isEqualTo(high).hasSameHashCodeAs(high);
        assertThat(ReleasePosition.START).isLessThan(low);
    }
}
