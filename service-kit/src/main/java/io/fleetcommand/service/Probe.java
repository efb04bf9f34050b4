package io.fleetcommand.service;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Asks a service how it is: the health check of the images, which have no other program to do so. */
public final class Probe {
    private static final int PATIENCE_MS = 3_000;

    private Probe() {}

    /**
     * Ends with 0 if the service is well, else with 1.
     *
     * @param arguments the URL to ask, which must answer 200; or {@code tcp://HOST:PORT} of a service that does not
     *     speak HTTP, which must take a connection. With https perhaps the PEM file of the authority to trust
     */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        if (arguments.length > 1) {
            HttpsURLConnection.setDefaultSSLSocketFactory(trusting(Path.of(arguments[1])));
        }
        System.exit(answers(URI.create(arguments[0])) ? 0 : 1);
    }

    static SSLSocketFactory trusting(Path authority) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return tls.getSocketFactory();
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
