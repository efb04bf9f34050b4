package io.fleetcommand.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote down. */
final class BuildVersion implements IVersionProvider {
    private static final String FILE = "version.properties";

    @Override
    public String[] getVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream file = BuildVersion.class.getResourceAsStream(FILE)) {
            properties.load(file);
        }
        return new String[] {"fleet " + properties.getProperty("version")};
    }
}
