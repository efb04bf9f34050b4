package io.fleetcommand.service;

import java.util.regex.Pattern;

/**
 * Restricts plain HTTP to the loopback interface, unless a setting allows more, as every request carries a token or a
 * secret. Loopback is {@code localhost}, {@code 127.x.x.x} and {@code [::1]} only: no name is resolved, and other
 * spellings of these addresses do not count.
 */
public final class Cleartext {
    /** The setting that allows plain HTTP to any host. */
    public static final String SETTING = "insecure.http.allow";

    private static final Pattern LOOPBACK = Pattern.compile("127(\\.(0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])){3}");

    private Cleartext() {}

    /** @param host as returned by a URL parser: in lower case, IPv6 without brackets */
    public static boolean isThisMachine(String host) {
        return host.equals("localhost")
                || host.equals("::1")
                || LOOPBACK.matcher(host).matches();
    }

    /**
     * Adds a fault unless secrets may be sent to a URL.
     *
     * @param setting the setting that holds the URL
     * @param https whether its scheme is https
     * @param host as returned by a URL parser
     */
    public static void check(ValidatedConfig settings, String setting, boolean https, String host) {
        settings.require(
                https || isThisMachine(host) || settings.flag(SETTING),
                setting + ": plain http to " + host + " would send secrets in the clear; use https, or set " + SETTING
                        + "=true where nobody else can listen, as in tests");
    }
}
