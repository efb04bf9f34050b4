package io.fleetcommand.systemtest.bench.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AbuseKindsTest {
    @Test
    void thereAreTwentyKindsOrMoreEachWithANameOfItsOwn() {
        assertThat(AbuseKinds.names()).hasSizeGreaterThanOrEqualTo(20).doesNotHaveDuplicates();
        assertThat(AbuseKinds.names()).allSatisfy(name -> assertThat(name).matches("[a-z0-9-]+"));
    }

    @Test
    void thoseThatAreNamedComeInTheTablesOrder() {
        List<String> names = AbuseKinds.names();

        assertThat(AbuseKinds.named(List.of(names.get(5), names.get(2))))
                .extracting(AbuseKind::name)
                .containsExactly(names.get(2), names.get(5));
        assertThat(AbuseKinds.named(List.of())).hasSameSizeAs(names);
    }

    @Test
    void aNameThatIsUnknownIsRefusedWithTheNamesThatThereAre() {
        assertThatThrownBy(() -> AbuseKinds.named(List.of("nulls", "kindness")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kindness; there are ")
                .hasMessageContaining("nulls");
    }
}
