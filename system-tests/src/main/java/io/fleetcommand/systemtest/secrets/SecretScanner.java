package io.fleetcommand.systemtest.secrets;

import io.fleetcommand.service.Secret;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A search for secrets where none may be: in logs, in the raw bytes of every topic, in thread dumps, in whatever an API
 * says. Not safe for use by many threads.
 */
public final class SecretScanner {
    private static final int KEY_BYTES = 8;
    private static final Duration POLL = Duration.ofMillis(300);
    private static final long PATIENCE_S = 30;

    /** By their first eight bytes, so that one pass finds any of them. */
    private final Map<Long, List<byte[]>> secrets = new HashMap<>();

    private final Set<String> places = new TreeSet<>();
    private long searched;

    /** @param wanted the secrets; each of eight bytes or more */
    public SecretScanner(List<Secret> wanted) {
        for (Secret secret : wanted) {
            byte[] bytes = secret.reveal().getBytes(StandardCharsets.UTF_8);
            if (bytes.length < KEY_BYTES) {
                throw new IllegalArgumentException("a secret of less than eight bytes would be found everywhere");
            }
            secrets.computeIfAbsent(key(bytes, 0), none -> new ArrayList<>()).add(bytes);
        }
    }

    /** Where a secret was found. */
    public Set<String> places() {
        return Set.copyOf(places);
    }

    /** How many bytes were looked at: a search of nothing proves nothing. */
    public long searched() {
        return searched;
    }

    public void in(String place, String text) {
        in(place, text.getBytes(StandardCharsets.UTF_8));
    }

    public void in(String place, byte[] bytes) {
        searched += bytes.length;
        for (int at = 0; at + KEY_BYTES <= bytes.length; at++) {
            for (byte[] secret : secrets.getOrDefault(key(bytes, at), List.of())) {
                if (at + secret.length <= bytes.length
                        && Arrays.equals(bytes, at, at + secret.length, secret, 0, secret.length)) {
                    places.add(place);
                }
            }
        }
    }

    /** Every file below a folder. */
    public void inFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                    in(file.getFileName().toString(), in.readAllBytes());
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("the folder " + folder + " cannot be searched", failed);
        }
    }

    /** Every record of every topic, as raw bytes: key, value and headers, committed or not. */
    public void inTopics(String bootstrapServers) throws InterruptedException {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers);
        try (Admin admin = Admin.create(config);
                KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : admin.listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get(PATIENCE_S, TimeUnit.SECONDS)) {
                consumer.partitionsFor(topic)
                        .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(this::inRecord);
            }
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("the topics cannot be searched: " + failed.getMessage(), failed);
        }
    }

    private void inRecord(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() != null) {
            in("key in " + record.topic(), record.key());
        }
        if (record.value() != null) {
            in("value in " + record.topic(), record.value());
        }
        for (Header header : record.headers()) {
            if (header.value() != null) {
                in("header in " + record.topic(), header.value());
            }
        }
    }

    /** The stacks of all threads of a process, with what {@code jcmd} tells of its settings. */
    public void inProcess(String name, long pid) throws InterruptedException {
        for (String command : List.of("Thread.print", "VM.command_line", "VM.system_properties")) {
            in(command + " of " + name, jcmd(pid, command));
        }
    }

    private static byte[] jcmd(long pid, String command) throws InterruptedException {
        String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process = new ProcessBuilder(program, Long.toString(pid), command)
                    .redirectErrorStream(true)
                    .start();
            byte[] said = process.getInputStream().readAllBytes();
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(
                        "jcmd " + command + " failed: " + new String(said, StandardCharsets.UTF_8));
            }
            return said;
        } catch (IOException failed) {
            throw new IllegalStateException("jcmd cannot be run; it comes with a JDK", failed);
        }
    }

    private static long key(byte[] bytes, int at) {
        long key = 0;
        for (int place = at; place < at + KEY_BYTES; place++) {
            key = key << Byte.SIZE | bytes[place] & 0xff;
        }
        return key;
    }
}
