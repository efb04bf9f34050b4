package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.campaign.CampaignControl.Kind;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.RequestValidator;
import io.fleetcommand.processor.core.request.RequestValidator.Fault;
import java.util.Optional;

/** Checks a control by itself. */
final class ControlValidator {
    private ControlValidator() {}

    /** The first fault; empty if there is none. */
    static Optional<Fault> fault(CampaignControl control) {
        FaultList faults = new FaultList();
        faults.requireText("control_id", control.controlId(), CampaignValidator.MAX_ID_LENGTH);
        faults.requireText("actor", control.actor(), RequestValidator.MAX_ID_LENGTH);
        faults.requireText("reason", control.reason(), CampaignValidator.MAX_REASON_LENGTH);
        if (control.kind() == Kind.SET) {
            limits(control, faults);
        }
        return faults.all().stream().findFirst();
    }

    private static void limits(CampaignControl control, FaultList faults) {
        if (control.perMinute().isEmpty()
                && control.maxOpen().isEmpty()
                && control.limit().isEmpty()) {
            faults.add(
                    Reason.MISSING_FIELD, "SET changes nothing; give rate_per_minute, max_open or limit, or several");
        }
        RolloutValidator rollout = new RolloutValidator(faults);
        control.perMinute().ifPresent(rate -> rollout.rate("rate_per_minute", rate));
        control.maxOpen().ifPresent(places -> rollout.maxOpen("max_open", places));
        control.limit().ifPresent(limit -> faults.require(limit >= 1, "limit", limit, "it must be at least 1"));
    }
}
