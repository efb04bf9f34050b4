package io.fleetcommand.operations.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Whether the cloud's address leads to something that answers. */
record CloudAddressCheck(CloudVisit visit) implements Check {
    static final String NAME = "cloud address";
    private static final int DEEPEST = 20;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Finding run() throws InterruptedException {
        CloudSession cloud = visit.cloud();
        try {
            CloudAnswer answer = visit.answer();
            if (answer.isThrottled()) {
                return Throttling.finding(answer).after(1);
            }
            return answer.json().isMissingNode()
                    ? Finding.warning(
                                    cloud.url() + " answers " + answer.status()
                                            + ", but not with JSON as the cloud does",
                                    "see whether a proxy or another server stands at this address")
                            .after(1)
                    : Finding.ok(cloud.url() + " answers in " + answer.took().toMillis() + " ms")
                            .after(1);
        } catch (IOException failed) {
            // A connection whose certificate is refused is one all the same: the next check says so.
            return isTls(failed)
                    ? Finding.ok(cloud.url() + " takes connections")
                    : Finding.failed(cloud.url() + " cannot be reached: " + reason(failed), advice(failed));
        }
    }

    static boolean isTls(Throwable failed) {
        return causes(failed).anyMatch(cause -> cause instanceof SSLException || cause instanceof CertificateException);
    }

    static boolean isUntrusted(Throwable failed) {
        return causes(failed)
                .anyMatch(cause -> cause instanceof CertPathValidatorException
                        || cause.getClass()
                                .getName()
                                .equals("sun.security.provider.certpath.SunCertPathBuilderException"));
    }

    private static Stream<Throwable> causes(Throwable failed) {
        return Stream.iterate(failed, Objects::nonNull, Throwable::getCause).limit(DEEPEST);
    }

    private String reason(IOException failed) {
        if (isUnresolved(failed)) {
            return "there is no address for " + URI.create(visit.cloud().url()).getHost();
        }
        if (failed instanceof HttpTimeoutException) {
            return "it does not answer in time";
        }
        return failed instanceof ConnectException ? "nothing listens there" : Checkup.why(failed);
    }

    private static String advice(IOException failed) {
        return isUnresolved(failed)
                ? "check the address, and this machine's DNS"
                : "check the address, firewalls on the way, and whether a proxy is needed";
    }

    private static boolean isUnresolved(Throwable failed) {
        return causes(failed)
                .anyMatch(
                        cause -> cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException);
    }
}
