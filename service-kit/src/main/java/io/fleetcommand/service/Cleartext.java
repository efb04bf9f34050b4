package io.fleetcommand.service;

import java.util.regex.Pattern;

/**
 * Where plain HTTP may go: to this machine, and elsewhere only if a setting allows it, since a token or a secret goes with
 * every request. This machine is {@code localhost}, {@code 127.x.x.x} and {@code [::1]} and nothing else: no name is
 * looked up, and other spellings of these addresses are not taken for them.
 */
public final class Cleartext {
    /** The setting that allows more. */
    public static final String SETTING = "insecure.http.allow";

    private static final Pattern LOOPBACK = Pattern.compile("127(\\.(0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])){3}");

    private Cleartext() {}

    /** @param host as a URL parser has it: in lower case, IPv6 without brackets */
    public static boolean isThisMachine(String host) {
        return host.equals("localhost")
                || host.equals("::1")
                || LOOPBACK.matcher(host).matches();
    }

    /**
     * Adds a fault unless a URL is one that secrets may be sent to.
     *
     * @param setting that holds the URL
     * @param https whether its scheme is https
     * @param host as a URL parser has it
     */
    public static void check(ValidatedConfig settings, String setting, boolean https, String host) {
        settings.require(
                https || isThisMachine(host) || settings.flag(SETTING),
                setting + ": plain http to " + host + " would send secrets in the clear; use https, or set " + SETTING
                        + "=true where nobody else can listen, as in tests");
    }
}
