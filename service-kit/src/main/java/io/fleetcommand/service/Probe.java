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

/** Checks the health of a service. Used by the container images, which contain no other HTTP client. */
public final class Probe {
    private static final int TIMEOUT_MS = 3_000;

    private Probe() {}

    /**
     * Exits with 0 if the service is healthy, else with 1.
     *
     * @param arguments the URL to request, which must respond with 200, or {@code tcp://HOST:PORT} of a service without
     *     HTTP, which must accept a connection; optionally, for https, the PEM file of the certificate authority
     */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        if (arguments.length > 1) {
            HttpsURLConnection.setDefaultSSLSocketFactory(trusting(Path.of(arguments[1])));
        }
        System.exit(isHealthy(URI.create(arguments[0])) ? 0 : 1);
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

    static boolean isHealthy(URI url) {
        try {
            return url.getScheme().equals("tcp") ? acceptsConnections(url) : status(url) == HttpURLConnection.HTTP_OK;
        } catch (IOException unreachable) {
            return false;
        }
    }

    private static int status(URI url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MS);
        connection.setReadTimeout(TIMEOUT_MS);
        return connection.getResponseCode();
    }

    private static boolean acceptsConnections(URI url) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), TIMEOUT_MS);
            return true;
        }
    }
}
