package io.fleetcommand.token.state;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of the state: the first encrypts, all decrypt. A key is rotated by adding the new one in first place, and
 * removing the old one once the state has been written again. Immutable.
 */
public final class Keyring {
    private static final int KEY_BYTES = 32;
    private static final int MAX_ID_LENGTH = 32;

    private final List<Key> keys;

    private Keyring(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    record Key(String id, SecretKey key) {
        @Override
        public String toString() {
            return "key " + id;
        }
    }

    /**
     * Parses {@code ID:BASE64} keys of 32 random bytes each, separated by commas.
     *
     * @throws IllegalArgumentException if a key is malformed; the message contains no key
     */
    public static Keyring parse(String text) {
        List<Key> keys = new ArrayList<>();
        for (String entry : text.split(",")) {
            int colon = entry.indexOf(':');
            String id = colon < 0 ? "" : entry.substring(0, colon).strip();
            if (id.isEmpty() || id.length() > MAX_ID_LENGTH || !id.matches("[A-Za-z0-9._-]+")) {
                throw new IllegalArgumentException("each key must be ID:BASE64");
            }
            keys.add(new Key(
                    id, new SecretKeySpec(bytes(entry.substring(colon + 1).strip(), id), "AES")));
        }
        if (keys.stream().map(Key::id).distinct().count() != keys.size()) {
            throw new IllegalArgumentException("two keys have one id");
        }
        return new Keyring(keys);
    }

    private static byte[] bytes(String base64, String id) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            // Without the cause, whose message may quote a part of the key.
            throw new IllegalArgumentException("the key " + id + " is not Base64");
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException("the key " + id + " must have 32 bytes: openssl rand -base64 32");
        }
        return bytes;
    }

    Key primary() {
        return keys.get(0);
    }

    Optional<Key> find(String id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    @Override
    public String toString() {
        return keys.toString();
    }
}
