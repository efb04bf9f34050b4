package io.fleetcommand.processor.core.campaign;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * In which order the devices of a campaign get their child: by a hash of campaign and device, so that the first per
 * cent is a fair sample and another one in each campaign; or as they are listed. Positions are stored, so the
 * computation must not change.
 *
 * <p>A device that is listed later, in a continuous campaign, comes after all that were listed before, whatever its
 * hash: the release never goes back. Whoever lists the devices gives each one position, the first it gets.
 */
public final class ReleaseOrder {
    private static final int HASH_BYTES = 16;

    private ReleaseOrder() {}

    /**
     * @param listing which listing of the campaign found the device, from 0
     * @param index where it stands in that listing, from 0
     */
    public static ReleasePosition position(Campaign campaign, int listing, String deviceId, long index) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + HASH_BYTES).putInt(listing);
        if (campaign.order() == Campaign.Order.AS_LISTED) {
            bytes.putLong(index);
        } else {
            bytes.put(hash(campaign.id(), deviceId), 0, HASH_BYTES);
        }
        return ReleasePosition.of(bytes.array());
    }

    private static byte[] hash(String campaignId, String deviceId) {
        try {
            // No device id holds a slash, so the parts are unambiguous.
            return MessageDigest.getInstance("SHA-256")
                    .digest((campaignId + "/" + deviceId).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
