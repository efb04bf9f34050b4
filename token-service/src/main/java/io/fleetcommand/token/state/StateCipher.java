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
 * Encrypts the state with AES-256-GCM. The format: the byte 1 (format version), the length of the key id, the key id, a
 * random nonce of 12 bytes, and the ciphertext with its tag of 16 bytes. The header before the ciphertext is
 * authenticated with it.
 */
public final class StateCipher {
    private static final byte FORMAT = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Keyring keyring;
    private final SecureRandom random;

    public StateCipher(Keyring keyring, SecureRandom random) {
        this.keyring = keyring;
        this.random = random;
    }

    byte[] encrypt(byte[] plaintext) {
        byte[] id = keyring.primary().id().getBytes(StandardCharsets.UTF_8);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        ByteBuffer header = ByteBuffer.allocate(2 + id.length + NONCE_BYTES);
        header.put(FORMAT).put((byte) id.length).put(id).put(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keyring.primary().key(), nonce, header.array());
            byte[] ciphertext = cipher.doFinal(plaintext);
            return ByteBuffer.allocate(header.capacity() + ciphertext.length)
                    .put(header.array())
                    .put(ciphertext)
                    .array();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES-GCM is not available", impossible);
        }
    }

    /** @throws IOException if the bytes were altered, or encrypted with a key that the keyring lacks */
    byte[] decrypt(byte[] encrypted) throws IOException {
        int idLength = encrypted.length < 2 || encrypted[0] != FORMAT ? -1 : encrypted[1];
        int headerLength = 2 + idLength + NONCE_BYTES;
        if (idLength < 0 || encrypted.length < headerLength + TAG_BITS / 8) {
            throw new IOException("the bytes are not an encrypted state");
        }
        String id = new String(encrypted, 2, idLength, StandardCharsets.UTF_8);
        Keyring.Key key =
                keyring.find(id).orElseThrow(() -> new IOException("it is encrypted with a key that state.keys lacks"));
        byte[] header = Arrays.copyOf(encrypted, headerLength);
        byte[] nonce = Arrays.copyOfRange(encrypted, headerLength - NONCE_BYTES, headerLength);
        try {
            return cipher(Cipher.DECRYPT_MODE, key.key(), nonce, header)
                    .doFinal(encrypted, headerLength, encrypted.length - headerLength);
        } catch (GeneralSecurityException tampered) {
            throw new IOException("the encrypted state was altered, or the key " + id + " is a different one");
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] header) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(header);
        return cipher;
    }
}
