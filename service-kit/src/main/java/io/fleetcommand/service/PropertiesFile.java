package io.fleetcommand.service;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Reads Java properties from a UTF-8 file, with or without a byte order mark. */
public final class PropertiesFile {
    private PropertiesFile() {}

    /** @throws IOException if it cannot be read or parsed; the message never quotes the file */
    public static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(TextFile.read(file)));
        } catch (IllegalArgumentException malformed) {
            throw new IOException("a \\u in it is not followed by four hexadecimal digits", malformed);
        }
        Map<String, String> byName = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> byName.put(name, properties.getProperty(name)));
        return byName;
    }
}
