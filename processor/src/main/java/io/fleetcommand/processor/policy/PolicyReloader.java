package io.fleetcommand.processor.policy;

import io.fleetcommand.processor.core.policy.AccessPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of a file that may change while we run. A new file that cannot be used changes nothing but
 * {@link #trouble()}: the rules before it hold. One thread looks; any may ask.
 */
public final class PolicyReloader {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyReloader.class);
    private static final byte[] NOTHING = {};

    private final Path file;
    private volatile AccessPolicy policy;
    private volatile Optional<String> trouble = Optional.empty();
    private byte[] seen;

    private PolicyReloader(Path file, byte[] text) {
        this.file = file;
        this.seen = text;
        this.policy = PolicyFile.parse(file.toString(), text);
    }

    /**
     * Reads the file for the first time.
     *
     * @throws InvalidPolicy if it cannot be used: without a policy nothing may start
     * @throws IOException if it cannot be read
     */
    public static PolicyReloader open(Path file) throws IOException {
        PolicyReloader policy = new PolicyReloader(file, read(file));
        LOG.info("policy {}: {} rules", file, policy.policy.rules().size());
        return policy;
    }

    /** The rules that hold at the moment. */
    public AccessPolicy rules() {
        return policy;
    }

    /** What is wrong with the file as it is now; empty if the rules that hold are its own. */
    public Optional<String> trouble() {
        return trouble;
    }

    /** Reads the file again if its content is another, whatever its times say: mounted files change by links. */
    public void look() {
        try {
            byte[] text = read(file);
            if (!Arrays.equals(text, seen)) {
                seen = text;
                policy = PolicyFile.parse(file.toString(), text);
                trouble = Optional.empty();
                LOG.info("policy {} has changed: {} rules", file, policy.rules().size());
            }
        } catch (InvalidPolicy broken) {
            trouble(broken.getMessage());
        } catch (RuntimeException unexpected) {
            // Whoever calls this regularly must go on doing so.
            trouble("the policy " + file + " cannot be used: " + unexpected);
        } catch (IOException unreadable) {
            // What comes back is read as new, even if it is as it was.
            seen = NOTHING;
            trouble("the policy " + file + " cannot be read: " + unreadable);
        }
    }

    /** Of a file that is too long, no more than it takes to know that. */
    private static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(PolicyFile.MAX_BYTES + 1);
        }
    }

    private void trouble(String what) {
        if (!trouble.equals(Optional.of(what))) {
            LOG.error("{}; the policy before it holds", what);
            trouble = Optional.of(what);
        }
    }
}
