package io.fleetcommand.processor.core.campaign;

import static io.fleetcommand.processor.core.campaign.Campaigns.end;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fleetcommand.processor.core.campaign.ChildEvent.Called;
import io.fleetcommand.processor.core.campaign.ChildEvent.Ended;
import io.fleetcommand.processor.core.campaign.ChildEvent.Ready;
import io.fleetcommand.processor.core.campaign.ChildEvent.Waiting;
import io.fleetcommand.processor.core.request.Status;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChildStateTest {
    private static final ChildState CALLED = new Called(1).state();
    private static final ChildState SILENT = new Waiting(1, 9, 1).state();
    private static final ChildState READY = new Ready(1).state();
    private static final ChildState OVER = new Ended(2, end(Status.FAILED)).state();

    static Stream<Arguments> events() {
        return Stream.of(
                arguments(ChildState.RELEASED, new Called(1), true),
                // The device backed off before the child's first call.
                arguments(ChildState.RELEASED, new Waiting(0, 9, 1), true),
                arguments(ChildState.RELEASED, new Ready(0), false),
                arguments(ChildState.RELEASED, new Ended(0, end(Status.EXPIRED)), true),
                arguments(CALLED, new Called(1), false),
                arguments(CALLED, new Waiting(1, 9, 1), true),
                arguments(CALLED, new Ready(1), true),
                arguments(CALLED, new Called(2), true),
                arguments(SILENT, new Called(1), false),
                arguments(SILENT, new Waiting(1, 9, 1), false),
                arguments(SILENT, new Waiting(1, 20, 2), true),
                arguments(SILENT, new Ready(1), true),
                arguments(READY, new Waiting(1, 9, 1), true),
                arguments(READY, new Waiting(0, 9, 1), false),
                arguments(READY, new Ready(1), false),
                arguments(READY, new Called(1), false),
                arguments(READY, new Called(2), true),
                // The end holds, however few attempts its sender knew of.
                arguments(READY, new Ended(0, end(Status.EXPIRED)), true),
                arguments(OVER, new Called(3), false),
                arguments(OVER, new Ended(3, end(Status.SUCCEEDED)), false));
    }

    @ParameterizedTest
    @MethodSource("events")
    void onlyNewsChangesAChild(ChildState known, ChildEvent event, boolean news) {
        assertThat(known.after(event)).isEqualTo(news ? Optional.of(event.state()) : Optional.empty());
    }

    @Test
    void anEndedChildHasItsEnd() {
        assertThat(OVER.isOpen()).isFalse();
        assertThat(SILENT.untilMs()).isEqualTo(9);
        assertThatThrownBy(() -> new ChildState(ChildState.Phase.ENDED, 1, 0, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
