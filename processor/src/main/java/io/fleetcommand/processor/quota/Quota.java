package io.fleetcommand.processor.quota;

import java.time.Duration;

/**
 * The rate limit and how it is divided. No window ever holds more than {@code requests - headroom} calls. That holds by
 * construction: what all instances together may save up, plus what flows in during one window, is that sum.
 *
 * @param requests how many requests the cloud allows in any window, from one address (docs/cloud-contract.md §6)
 * @param burst how many calls may be saved up, over all shares
 * @param headroom how many requests of a window are left to other clients behind the same address
 * @param shares the number of equal shares it is divided into: one for each partition
 */
public record Quota(int requests, Duration window, int burst, int headroom, int shares) {
    /** @throws IllegalArgumentException if nothing is left to flow in, or a share could not hold a single call */
    public Quota {
        if (window.toNanos() <= 0 || burst < 1 || headroom < 0 || shares < 1) {
            throw new IllegalArgumentException("a window of " + window + ", a burst of " + burst + ", a headroom of "
                    + headroom + " and " + shares + " shares");
        }
        if ((long) burst + headroom >= requests) {
            throw new IllegalArgumentException("quota.burst " + burst + " and quota.headroom " + headroom
                    + " leave nothing of quota.requests " + requests);
        }
        if (burst < shares) {
            throw new IllegalArgumentException("quota.burst " + burst + " is below the " + shares
                    + " partitions: the share of each must hold at least one call");
        }
    }

    /** Calls that flow in per nanosecond, over all shares. */
    double perNano() {
        return (double) (requests - headroom - burst) / window.toNanos();
    }

    double perNano(double shareCount) {
        return perNano() * shareCount / shares;
    }

    double burst(double shareCount) {
        return burst * shareCount / shares;
    }
}
