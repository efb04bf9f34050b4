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
 * Reloads the access policy when its file changes. An invalid new file leaves the last valid policy in force and sets
 * {@link #fault()}. Thread-safe for readers; {@link #reload()} is confined to one thread.
 */
public final class PolicyReloader {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyReloader.class);
    private static final byte[] NOTHING = {};

    private final Path file;
    private volatile AccessPolicy policy;
    private volatile Optional<String> fault = Optional.empty();
    private byte[] loaded;

    private PolicyReloader(Path file, byte[] text) {
        this.file = file;
        this.loaded = text;
        this.policy = PolicyFile.parse(file.toString(), text);
    }

    /**
     * Loads the file for the first time.
     *
     * @throws InvalidPolicy if the policy is invalid: the processor does not start without a policy
     * @throws IOException if the file cannot be read
     */
    public static PolicyReloader open(Path file) throws IOException {
        PolicyReloader reloader = new PolicyReloader(file, read(file));
        LOG.info("policy {} loaded: {} rules", file, reloader.policy.rules().size());
        return reloader;
    }

    /** The policy in force. */
    public AccessPolicy policy() {
        return policy;
    }

    /** The fault of the current file; empty if the policy in force is that of the file. */
    public Optional<String> fault() {
        return fault;
    }

    /**
     * Loads the file again if its content has changed. Compares content and not modification times, since mounted files
     * change by symbolic links.
     */
    public void reload() {
        try {
            byte[] text = read(file);
            if (!Arrays.equals(text, loaded)) {
                loaded = text;
                policy = PolicyFile.parse(file.toString(), text);
                fault = Optional.empty();
                LOG.info("policy {} reloaded: {} rules", file, policy.rules().size());
            }
        } catch (InvalidPolicy broken) {
            fault(broken.getMessage());
        } catch (RuntimeException unexpected) {
            // A periodic task must not throw, or it is not run again.
            fault("the policy " + file + " cannot be used: " + unexpected);
        } catch (IOException unreadable) {
            // The next readable content counts as changed, even if it is the same.
            loaded = NOTHING;
            fault("the policy " + file + " cannot be read: " + unreadable);
        }
    }

    /** Reads at most one byte more than the limit, which is enough to reject a file that is too large. */
    private static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(PolicyFile.MAX_BYTES + 1);
        }
    }

    private void fault(String what) {
        if (!fault.equals(Optional.of(what))) {
            LOG.error("{}; the last valid policy stays in force", what);
            fault = Optional.of(what);
        }
    }
}
