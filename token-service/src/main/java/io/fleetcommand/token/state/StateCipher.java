package io.fleetcommand.token.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM. Sealed bytes are: 1 (the format), the key id's length, the key id, a nonce of 12 random bytes, and the
 * encrypted text with its tag of 16 bytes. All that comes before the encrypted text is authenticated with it.
 */
public final class StateCipher {
    private static final byte FORMAT = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Keyring keys;
    private final SecureRandom random;

    public StateCipher(Keyring keys, SecureRandom random) {
        this.keys = keys;
        this.random = random;
    }

    byte[] encrypt(byte[] open) {
        byte[] id = keys.primary().id().getBytes(StandardCharsets.UTF_8);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        ByteBuffer head = ByteBuffer.allocate(2 + id.length + NONCE_BYTES);
        head.put(FORMAT).put((byte) id.length).put(id).put(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.primary().key(), nonce, head.array());
            byte[] closed = cipher.doFinal(open);
            return ByteBuffer.allocate(head.capacity() + closed.length)
                    .put(head.array())
                    .put(closed)
                    .array();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES-GCM is not to be had", impossible);
        }
    }

    /** @throws IOException if the bytes were changed, or sealed with a key that is not at hand */
    byte[] decrypt(byte[] sealed) throws IOException {
        int idLength = sealed.length < 2 || sealed[0] != FORMAT ? -1 : sealed[1];
        int headLength = 2 + idLength + NONCE_BYTES;
        if (idLength < 0 || sealed.length < headLength + TAG_BITS / 8) {
            throw new IOException("these are not sealed bytes");
        }
        String id = new String(sealed, 2, idLength, StandardCharsets.UTF_8);
        Keyring.Key key =
                keys.find(id).orElseThrow(() -> new IOException("it was sealed with a key that state.keys lacks"));
        byte[] head = Arrays.copyOf(sealed, headLength);
        byte[] nonce = Arrays.copyOfRange(sealed, headLength - NONCE_BYTES, headLength);
        try {
            return cipher(Cipher.DECRYPT_MODE, key.key(), nonce, head)
                    .doFinal(sealed, headLength, sealed.length - headLength);
        } catch (GeneralSecurityException tampered) {
            throw new IOException("the sealed bytes were changed, or the key " + id + " is another one");
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] head) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(head);
        return cipher;
    }
}
