package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Guarantee;
import io.fleetcommand.processor.core.request.Reason;
import io.fleetcommand.processor.core.request.Status;
import io.fleetcommand.processor.core.request.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Everything around the task of one campaign: the topics it reads, what it has committed, its clock, and the tasks that
 * call devices. Those know a child for the dedupe time after its end, and hear of holds and cancellations late.
 */
final class CampaignWorld {
    static final long DEDUPE_MS = 600_000;
    /** After at most this time a hold or a cancellation that was committed is heard. */
    static final long HEARD_AFTER_MS = Ramp.LOOK_AHEAD_MS;

    final Random random;
    final Campaign campaign;
    /** The devices in the order in which listings find them. */
    final List<String> fleet = new ArrayList<>();
    /** Campaign records, controls and events of children, in the order of the log. */
    final List<Object> log = new ArrayList<>();
    /** By device: the child that those who call devices know. */
    final Map<String, Call> calls = new HashMap<>();

    final List<Release> releases = new ArrayList<>();
    final List<CampaignProgress> published = new ArrayList<>();
    final List<CampaignEffect> effects = new ArrayList<>();
    final List<CampaignState> committed = new ArrayList<>();
    final List<Long> clockSteps = new ArrayList<>();
    /** Events that were sent and are not in the log yet. */
    final List<CampaignTask.Told> onTheWay = new ArrayList<>();

    CampaignTask.Stored stored = CampaignTask.Stored.NOTHING;
    CampaignVerdict policy = Campaigns.ALLOWED;
    /** Campaigns of more devices wait for approval. */
    long approvalAbove = Long.MAX_VALUE;
    /** For how many devices it was when it was begun. */
    long listedAtFirst;

    long nowMs = Campaigns.NOW;
    /** By how much the clock of the campaign's task is wrong. */
    long clockOffMs;
    /** Since when the committed state allows no call; far ahead while it allows calls. */
    long heldSinceMs = Long.MAX_VALUE / 2;

    long heldHeardMs = Long.MAX_VALUE;
    private long heardBeforeMs = Long.MAX_VALUE;
    private long unheldAtMs = -1;
    long cancelHeardMs = Long.MAX_VALUE;
    /** Calls that began although their campaign was known to be held. */
    final List<Long> callsWhileHeld = new ArrayList<>();
    /** Releases by which more children could run at once than may. */
    final List<CampaignCounts> tooManyOpen = new ArrayList<>();

    CampaignWorld(Random random, Campaign campaign) {
        this.random = random;
        this.campaign = campaign;
    }

    /** A release that was committed. */
    record Release(String deviceId, long atMs) {}

    /** What the tasks that call devices know of a child. */
    static final class Call {
        int attempts;
        int runs;
        boolean inFlight;
        boolean uncertain;
        long untilMs;
        long deadlineMs;
        long endedAtMs = Long.MAX_VALUE;
        ChildEnd end;

        boolean isOpen() {
            return end == null;
        }
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    long taskNowMs() {
        return nowMs + clockOffMs;
    }

    void committed(CampaignState state) {
        committed.add(state);
        boolean mayCall =
                state.phase() != CampaignPhase.PAUSED && !state.standing().cancelling();
        heldSinceMs = mayCall ? Long.MAX_VALUE / 2 : Math.min(heldSinceMs, nowMs);
    }

    /** A child's request was read: by its id it runs once, as long as it is remembered. */
    void released(String deviceId, long atMs) {
        releases.add(new Release(deviceId, atMs));
        Call known = calls.get(deviceId);
        if (known != null && (known.isOpen() || nowMs - known.endedAtMs < DEDUPE_MS)) {
            return;
        }
        Call call = new Call();
        call.runs = known == null ? 0 : known.runs;
        call.deadlineMs = nowMs + campaign.childTtlMs();
        calls.put(deviceId, call);
    }

    void hold(boolean now) {
        long heardMs = now ? nowMs + random.nextInt((int) HEARD_AFTER_MS) : Long.MAX_VALUE;
        // A campaign that goes on and pauses again within one commit is heard of as one that stays paused.
        heldHeardMs = now && unheldAtMs == nowMs ? Math.min(heardMs, heardBeforeMs) : heardMs;
        unheldAtMs = now ? -1 : nowMs;
        heardBeforeMs = now ? heldHeardMs : heardBeforeMs;
    }

    void cancelOpen() {
        cancelHeardMs = nowMs + random.nextInt((int) HEARD_AFTER_MS);
    }

    /** Something happens at a device, or its time has come. */
    void stepOf(String deviceId) {
        Call call = calls.get(deviceId);
        if (call == null || !call.isOpen()) {
            return;
        }
        if (call.inFlight) {
            endCall(deviceId, call);
        } else if (nowMs >= cancelHeardMs) {
            end(deviceId, call, call.uncertain ? Status.OUTCOME_UNKNOWN : Status.CANCELLED, Reason.CANCELLED);
        } else if (nowMs >= call.deadlineMs) {
            end(deviceId, call, call.uncertain ? Status.OUTCOME_UNKNOWN : Status.EXPIRED, Reason.DEADLINE_PASSED);
        } else if (call.untilMs > 0) {
            if (nowMs >= call.untilMs) {
                call.untilMs = 0;
                tell(deviceId, new ChildEvent.Ready(call.attempts));
            }
        } else if (nowMs < heldHeardMs) {
            call.attempts++;
            call.inFlight = true;
            if (nowMs - heldSinceMs > HEARD_AFTER_MS) {
                callsWhileHeld.add(nowMs);
            }
            tell(deviceId, new ChildEvent.Called(call.attempts));
        }
    }

    private void endCall(String deviceId, Call call) {
        call.inFlight = false;
        double what = random.nextDouble();
        if (what < 0.6) {
            call.runs++;
            finish(deviceId, call, Status.SUCCEEDED, Reason.NONE, new Value.Whole(random.nextInt(10) - 2), false);
        } else if (what < 0.7) {
            end(deviceId, call, call.uncertain ? Status.OUTCOME_UNKNOWN : Status.REJECTED, Reason.REFUSED);
        } else if (what < 0.85 && campaign.guarantee() == Guarantee.AT_MOST_ONCE) {
            call.runs += random.nextInt(2);
            finish(deviceId, call, Status.OUTCOME_UNKNOWN, Reason.DEVICE_UNREACHABLE, Value.NONE, true);
        } else if (what < 0.85) {
            call.uncertain = true;
            call.untilMs = nowMs + 1_000 + random.nextInt(20_000);
            tell(deviceId, new ChildEvent.Waiting(call.attempts, call.untilMs, 1));
        } else {
            tell(deviceId, new ChildEvent.Ready(call.attempts));
        }
    }

    private void end(String deviceId, Call call, Status status, Reason reason) {
        finish(deviceId, call, status, reason, Value.NONE, call.untilMs > 0 && reason == Reason.DEADLINE_PASSED);
    }

    private void finish(String deviceId, Call call, Status status, Reason reason, Value value, boolean unreachable) {
        call.end = new ChildEnd(status, reason, value, call.attempts, unreachable, nowMs);
        call.endedAtMs = nowMs;
        tell(deviceId, new ChildEvent.Ended(call.attempts, call.end));
    }

    /** Events come at least once, late, and in any order. */
    private void tell(String deviceId, ChildEvent event) {
        onTheWay.add(new CampaignTask.Told(deviceId, event));
        if (chance(0.1)) {
            onTheWay.add(new CampaignTask.Told(deviceId, event));
        }
    }

    void deliverOne() {
        if (!onTheWay.isEmpty()) {
            log.add(onTheWay.remove(chance(0.7) ? 0 : random.nextInt(onTheWay.size())));
        }
    }
}
