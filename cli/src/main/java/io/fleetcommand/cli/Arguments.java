package io.fleetcommand.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The arguments of the command line as they were typed. Java decodes them by the locale's character set, and loses what is
 * beyond it: all letters but ASCII under {@code LC_ALL=C}. So the bytes are read again where the system shows them: as
 * UTF-8 if they are UTF-8, else by the locale's character set if that can read them.
 */
final class Arguments {
    /** Where Linux shows the bytes of a process's arguments; other systems have none, and UTF-8 locales. */
    private static final Path BYTES = Path.of("/proc/self/cmdline");

    private static final char REPLACEMENT = '\ufffd';

    private Arguments() {}

    /**
     * @param decoded as Java has decoded them
     * @throws IllegalArgumentException if an argument cannot be read without loss, saying which and what to do
     */
    static String[] read(String[] decoded) {
        return read(decoded, bytes(), Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
    }

    /**
     * @param commandLine the bytes of the whole command line, each argument ended by a zero; empty if they are not known
     * @param locale the locale's character set
     */
    static String[] read(String[] decoded, Optional<byte[]> commandLine, Charset locale) {
        List<byte[]> words = commandLine.map(Arguments::words).orElse(List.of());
        int before = words.size() - decoded.length;
        String[] read = new String[decoded.length];
        for (int i = 0; i < decoded.length; i++) {
            read[i] = before > 0 ? read(words.get(before + i), locale).orElse(decoded[i]) : decoded[i];
            if (read[i].indexOf(REPLACEMENT) >= 0) {
                throw new IllegalArgumentException("argument " + (i + 1)
                        + " has letters that cannot be read by this locale; set LC_ALL to one that matches your terminal,"
                        + " such as LC_ALL=C.UTF-8");
            }
        }
        return read;
    }

    private static Optional<String> read(byte[] word, Charset locale) {
        return strictly(word, StandardCharsets.UTF_8).or(() -> strictly(word, locale));
    }

    private static Optional<String> strictly(byte[] word, Charset charset) {
        try {
            return Optional.of(
                    charset.newDecoder().decode(ByteBuffer.wrap(word)).toString());
        } catch (CharacterCodingException other) {
            return Optional.empty();
        }
    }

    private static List<byte[]> words(byte[] commandLine) {
        List<byte[]> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                words.add(Arrays.copyOfRange(commandLine, start, i));
                start = i + 1;
            }
        }
        return words;
    }

    private static Optional<byte[]> bytes() {
        try {
            return Files.isReadable(BYTES) ? Optional.of(Files.readAllBytes(BYTES)) : Optional.empty();
        } catch (IOException hidden) {
            return Optional.empty();
        }
    }
}
