package io.fleetcommand.processor.quota;

import static io.fleetcommand.processor.core.request.Priority.BULK;
import static io.fleetcommand.processor.core.request.Priority.NORMAL;
import static io.fleetcommand.processor.core.request.Priority.URGENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.fleetcommand.processor.core.request.Priority;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WeightedPrioritySelectorTest {
    private final WeightedPrioritySelector selector = new WeightedPrioritySelector(Map.of(NORMAL, 0.1, BULK, 0.05));

    @Test
    void theHighestGoesFirstAndTheOthersGetTheirMinimum() {
        assertThat(served(1_000, EnumSet.allOf(Priority.class))).isEqualTo(Map.of(URGENT, 852, NORMAL, 99, BULK, 49));
    }

    @Test
    void unusedCallsGoToTheNextPriority() {
        assertThat(served(1_000, EnumSet.of(NORMAL, BULK))).isEqualTo(Map.of(NORMAL, 951, BULK, 49));
        assertThat(served(10, EnumSet.of(BULK))).isEqualTo(Map.of(BULK, 10));
    }

    @Test
    void aPriorityWithoutRequestsSavesUpNothing() {
        served(1_000, EnumSet.of(URGENT));
        assertThat(served(9, EnumSet.of(URGENT, NORMAL))).isEqualTo(Map.of(URGENT, 9));
    }

    private Map<Priority, Integer> served(int calls, Set<Priority> waiting) {
        Map<Priority, Integer> served = new EnumMap<>(Priority.class);
        for (int call = 0; call < calls; call++) {
            Priority priority = selector.next(waiting);
            selector.served(priority, waiting);
            served.merge(priority, 1, Integer::sum);
        }
        return served;
    }
}
