package io.fleetcommand.processor.core.campaign;

import io.fleetcommand.processor.core.request.Status;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many devices of a campaign stand where. They always add up: the constructor refuses anything else.
 *
 * @param targeted all devices
 * @param notReleased without a child yet
 * @param waiting whose child waits for its turn or for quota
 * @param waitingForDevice whose child waits for the device to answer again
 * @param inFlight that are being called
 * @param ended whose child ended, by status
 * @param succeededNegative of those that SUCCEEDED: with a value that is judged a failure
 * @param unreachable of all that ended: those that could not be reached
 */
public record CampaignCounts(
        long targeted,
        long notReleased,
        long waiting,
        long waitingForDevice,
        long inFlight,
        Map<Status, Long> ended,
        long succeededNegative,
        long unreachable) {
    public static final CampaignCounts NONE = new CampaignCounts(0, 0, 0, 0, 0, Map.of(), 0, 0);

    public CampaignCounts {
        ended = Map.copyOf(ended);
        long sum = notReleased + waiting + waitingForDevice + inFlight;
        long least = Math.min(Math.min(notReleased, waiting), Math.min(waitingForDevice, inFlight));
        long total = 0;
        for (long count : ended.values()) {
            total += count;
            least = Math.min(least, count);
        }
        long succeeded = ended.getOrDefault(Status.SUCCEEDED, 0L);
        if (least < 0
                || targeted != sum + total
                || succeededNegative < 0
                || succeededNegative > succeeded
                || unreachable < 0
                || unreachable > total - succeeded) {
            throw new IllegalArgumentException("the counts do not add up: targeted " + targeted + ", not released "
                    + notReleased + ", waiting " + waiting + ", waiting for device " + waitingForDevice
                    + ", in flight " + inFlight + ", ended " + ended + ", of these negative " + succeededNegative
                    + ", unreachable " + unreachable);
        }
    }

    public long of(Status status) {
        return ended.getOrDefault(status, 0L);
    }

    public long allEnded() {
        return ended.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Devices with a child that has not ended. */
    public long open() {
        return waiting + waitingForDevice + inFlight;
    }

    /** Children that could run: they hold the places of {@code max_open}. */
    public long holdingPlaces() {
        return waiting + inFlight;
    }

    /** Devices that have a child, ended or not. */
    public long released() {
        return targeted - notReleased;
    }

    /** Children that SUCCEEDED with a value that is judged a success. */
    public long successes() {
        return of(Status.SUCCEEDED) - succeededNegative;
    }

    /** The same with another number of devices, of which those without a child are added or taken away. */
    CampaignCounts targeting(long devices) {
        return with(devices - released(), waiting, waitingForDevice, inFlight);
    }

    CampaignCounts releasing(long devices) {
        return with(notReleased - devices, waiting + devices, waitingForDevice, inFlight);
    }

    /** A child goes on from one state to another. */
    CampaignCounts moving(ChildState from, ChildState to, CampaignExpectation expected) {
        CampaignCounts without = with(
                notReleased,
                waiting - one(from, ChildState.Phase.WAITING),
                waitingForDevice - one(from, ChildState.Phase.WAITING_FOR_DEVICE),
                inFlight - one(from, ChildState.Phase.IN_FLIGHT));
        return to.end()
                .map(end -> without.ending(end, expected))
                .orElseGet(() -> without.with(
                        notReleased,
                        without.waiting + one(to, ChildState.Phase.WAITING),
                        without.waitingForDevice + one(to, ChildState.Phase.WAITING_FOR_DEVICE),
                        without.inFlight + one(to, ChildState.Phase.IN_FLIGHT)));
    }

    private CampaignCounts ending(ChildEnd end, CampaignExpectation expected) {
        Map<Status, Long> more = new EnumMap<>(Status.class);
        more.putAll(ended);
        more.merge(end.status(), 1L, Long::sum);
        boolean negative = end.status() == Status.SUCCEEDED && !expected.isSuccess(end.value());
        return new CampaignCounts(
                targeted + 1,
                notReleased,
                waiting,
                waitingForDevice,
                inFlight,
                more,
                succeededNegative + (negative ? 1 : 0),
                unreachable + (end.unreachable() ? 1 : 0));
    }

    private CampaignCounts with(long newNotReleased, long newWaiting, long newWaitingForDevice, long newInFlight) {
        return new CampaignCounts(
                newNotReleased + newWaiting + newWaitingForDevice + newInFlight + allEnded(),
                newNotReleased,
                newWaiting,
                newWaitingForDevice,
                newInFlight,
                ended,
                succeededNegative,
                unreachable);
    }

    private static long one(ChildState child, ChildState.Phase phase) {
        return child.phase() == phase ? 1 : 0;
    }
}
