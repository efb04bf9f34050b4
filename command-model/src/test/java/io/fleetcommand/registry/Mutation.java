package io.fleetcommand.registry;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Mutations of the bytes of a valid record, each determined by its random numbers. */
final class Mutation {
    /** Critical lengths and counts in Avro's encoding: 2^31, 2^31 - 1, 10^9, 2^62, -2^62, -1, Long.MIN_VALUE. */
    private static final byte[][] NUMBERS = {
        {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x10},
        {(byte) 0xFE, -1, -1, -1, 0x0F},
        {(byte) 0x80, (byte) 0xA8, (byte) 0xD6, (byte) 0xB9, 0x07},
        {-128, -128, -128, -128, -128, -128, -128, -128, -128, 0x01},
        {-1, -128, -128, -128, -128, -128, -128, -128, -128, 0x01},
        {-1, -1, -1, -1, -1, -1, -1, -1, -1, 0x01},
        {0x01},
        {0x00},
        {(byte) 0xA0, (byte) 0x9C, 0x01},
    };

    private Mutation() {}

    /** One to four changes after the first byte, rarely of the schema id. */
    static byte[] of(byte[] good, SplittableRandom random) {
        byte[] mutated = good.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && mutated.length > 6; i++) {
            mutated = changed(mutated, random);
        }
        return mutated;
    }

    private static byte[] changed(byte[] bytes, SplittableRandom random) {
        int from = random.nextInt(50) == 0 ? 1 : 5;
        int at = from + random.nextInt(bytes.length - from);
        switch (random.nextInt(7)) {
            case 0 -> {
                return with(bytes, at, (byte) random.nextInt(256));
            }
            case 1 -> {
                return with(bytes, at, (byte) (bytes[at] ^ 1 << random.nextInt(8)));
            }
            case 2 -> {
                byte[] number = NUMBERS[random.nextInt(NUMBERS.length)];
                return spliced(bytes, at, Math.min(bytes.length, at + random.nextInt(3)), number);
            }
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(8));
            }
            case 5 -> {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(16));
                return spliced(bytes, at, end, new byte[0]);
            }
            default -> {
                byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(16)));
                byte[] often = new byte[piece.length * (1 + random.nextInt(64))];
                for (int i = 0; i < often.length; i++) {
                    often[i] = piece[i % piece.length];
                }
                return spliced(bytes, at, at, often);
            }
        }
    }

    private static byte[] with(byte[] bytes, int at, byte value) {
        byte[] changed = bytes.clone();
        changed[at] = value;
        return changed;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
        byte[] spliced = Arrays.copyOf(bytes, bytes.length - (to - from) + middle.length);
        System.arraycopy(middle, 0, spliced, from, middle.length);
        System.arraycopy(bytes, to, spliced, from + middle.length, bytes.length - to);
        return spliced;
    }
}
