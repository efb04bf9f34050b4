package io.fleetcommand.processor.core.campaign;

import java.util.Arrays;
import java.util.HexFormat;

/** The place of a device in a campaign's order of release. Its bytes sort, unsigned, in that order. */
public final class ReleasePosition implements Comparable<ReleasePosition> {
    /** Before every device. */
    public static final ReleasePosition START = new ReleasePosition(new byte[0]);

    private final byte[] bytes;

    private ReleasePosition(byte[] bytes) {
        this.bytes = bytes;
    }

    public static ReleasePosition of(byte[] bytes) {
        return new ReleasePosition(bytes.clone());
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public int compareTo(ReleasePosition other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReleasePosition position && Arrays.equals(bytes, position.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
