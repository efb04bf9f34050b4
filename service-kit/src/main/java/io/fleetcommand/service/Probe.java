package io.fleetcommand.service;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/** Asks a service how it is: the health check of the images, which have no other program to do so. */
public final class Probe {
    private static final int PATIENCE_MS = 3_000;

    private Probe() {}

    /**
     * Ends with 0 if the service is well, else with 1.
     *
     * @param arguments the URL to ask, which must answer 200; or {@code tcp://HOST:PORT} of a service that does not
     *     speak HTTP, which must take a connection
     */
    public static void main(String[] arguments) {
        System.exit(answers(URI.create(arguments[0])) ? 0 : 1);
    }

    static boolean answers(URI url) {
        try {
            return url.getScheme().equals("tcp") ? takesConnections(url) : status(url) == HttpURLConnection.HTTP_OK;
        } catch (IOException silent) {
            return false;
        }
    }

    private static int status(URI url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MS);
        connection.setReadTimeout(PATIENCE_MS);
        return connection.getResponseCode();
    }

    private static boolean takesConnections(URI url) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), PATIENCE_MS);
            return true;
        }
    }
}
