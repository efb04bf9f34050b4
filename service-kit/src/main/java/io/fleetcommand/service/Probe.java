package io.fleetcommand.service;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks a service how it is: the health check of the images, which have no other program to do so. */
public final class Probe {
    private static final int PATIENCE_MS = 3_000;

    private Probe() {}

    /** @param arguments the URL to ask; ends with 0 if it answers 200, else with 1 */
    public static void main(String[] arguments) {
        System.exit(answers(URI.create(arguments[0])) ? 0 : 1);
    }

    static boolean answers(URI url) {
        try {
            HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
            connection.setConnectTimeout(PATIENCE_MS);
            connection.setReadTimeout(PATIENCE_MS);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException silent) {
            return false;
        }
    }
}
