package io.fleetcommand.stack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** A KRaft broker with one node: formats its folder the first time, then runs. */
public final class BrokerMain {
    private BrokerMain() {}

    /**
     * @param arguments the path of the broker's properties file, and perhaps that of a properties file with the
     *     passwords of its users, by name, which count the first time
     */
    public static void main(String[] arguments) throws IOException {
        String file = arguments[0];
        if (!Files.exists(Path.of(properties(file).getProperty("log.dirs"), "meta.properties"))) {
            List<String> format =
                    new ArrayList<>(List.of("format", "-t", Uuid.randomUuid().toString(), "-c", file));
            if (arguments.length > 1) {
                properties(arguments[1])
                        .forEach((name, password) -> format.addAll(
                                List.of("--add-scram", "SCRAM-SHA-512=[name=" + name + ",password=" + password + "]")));
            }
            // It prints what it has made of the passwords: shown only if it fails, and without that line.
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            int failed = StorageTool.execute(
                    format.toArray(String[]::new), new PrintStream(said, true, StandardCharsets.UTF_8));
            if (failed != 0) {
                said.toString(StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.contains("ScramCredential"))
                        .forEach(System.err::println);
                System.exit(failed);
            }
        }
        Kafka.main(new String[] {file});
    }

    private static Properties properties(String file) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            properties.load(in);
        }
        return properties;
    }
}
