package io.fleetcommand.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads UTF-8 text files. */
public final class TextFile {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private TextFile() {}

    /**
     * The text of a file, without the byte order mark that some editors add.
     *
     * @throws IOException if it cannot be read or is not UTF-8; the message never quotes the file
     */
    public static String read(Path file) throws IOException {
        byte[] bytes = bytes(file);
        if (isUtf16(bytes)) {
            throw new IOException("it is UTF-16 text, or none; save it as UTF-8");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
        } catch (CharacterCodingException other) {
            throw new IOException("it is no UTF-8 text; save it as UTF-8", other);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no such file", missing);
        } catch (AccessDeniedException denied) {
            throw new IOException("this user may not read it", denied);
        } catch (FileSystemException failed) {
            throw new IOException(Optional.ofNullable(failed.getReason()).orElse("it cannot be read"), failed);
        }
    }

    /** Detects UTF-16 by its byte order mark or by zero bytes, which UTF-8 text does not contain. */
    private static boolean isUtf16(byte[] bytes) {
        if (bytes.length >= 2) {
            int first = bytes[0] & 0xff;
            int second = bytes[1] & 0xff;
            if (first == 0xff && second == 0xfe || first == 0xfe && second == 0xff) {
                return true;
            }
        }
        for (byte unit : bytes) {
            if (unit == 0) {
                return true;
            }
        }
        return false;
    }
}
