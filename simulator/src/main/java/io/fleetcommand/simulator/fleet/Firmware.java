package io.fleetcommand.simulator.fleet;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What devices can execute: functions, of which a device has all or some, and variables, with predictable results.
 *
 * <table><caption>Functions</caption>
 * <tr><td>{@code setLed}</td><td>length of the argument in bytes</td></tr>
 * <tr><td>{@code count}</td><td>number of executions of {@code count} on this device so far</td></tr>
 * <tr><td>{@code open}</td><td>1, or −1 if the argument is {@code jammed}</td></tr>
 * <tr><td>{@code reboot}</td><td>0</td></tr>
 * </table>
 *
 * <table><caption>Variables, i being the device's index</caption>
 * <tr><td>{@code temperature}</td><td>double: 20 + (i modulo 100) / 4</td></tr>
 * <tr><td>{@code uptime}</td><td>int32: i + 1</td></tr>
 * <tr><td>{@code locked}</td><td>bool: true if i is even</td></tr>
 * <tr><td>{@code firmware}</td><td>string: {@code 1.4.2}</td></tr>
 * </table>
 */
public final class Firmware {
    /** Maximum length of an argument in bytes (particle-contract §2.5, current boards). */
    public static final int ARGUMENT_BYTES = 1024;

    public static final List<String> FUNCTIONS = List.of("setLed", "reboot", "open", "count");
    public static final Map<String, String> VARIABLES =
            Map.of("temperature", "double", "uptime", "int32", "locked", "bool", "firmware", "string");
    public static final String VERSION = "1.4.2";

    private Firmware() {}

    /**
     * Executes one of the {@link #FUNCTIONS}.
     *
     * @throws IllegalArgumentException if the function is unknown, which the cloud checks first
     */
    public static int run(Device device, String function, String argument) {
        return switch (function) {
            case "setLed" -> argument.getBytes(StandardCharsets.UTF_8).length;
            case "count" -> device.countOnce();
            case "open" -> argument.equals("jammed") ? -1 : 1;
            case "reboot" -> 0;
            default -> throw new IllegalArgumentException("no device has the function " + function);
        };
    }

    /**
     * Reads one of the {@link #VARIABLES}: a Double, Integer, Boolean or String.
     *
     * @throws IllegalArgumentException if the variable is unknown, which the cloud checks first
     */
    public static Object read(Device device, String variable) {
        return switch (variable) {
            case "temperature" -> 20 + device.index() % 100 / 4.0;
            case "uptime" -> device.index() + 1;
            case "locked" -> device.index() % 2 == 0;
            case "firmware" -> VERSION;
            default -> throw new IllegalArgumentException("no device has the variable " + variable);
        };
    }

    /** Truncates an argument to {@link #ARGUMENT_BYTES}, never inside a character. */
    public static String cut(String argument) {
        if (argument.length() * 3L <= ARGUMENT_BYTES || fits(argument)) {
            return argument;
        }
        int end = 0;
        int bytes = 0;
        while (end < argument.length()) {
            int character = argument.codePointAt(end);
            bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            if (bytes > ARGUMENT_BYTES) {
                break;
            }
            end += Character.charCount(character);
        }
        return argument.substring(0, end);
    }

    public static boolean fits(String argument) {
        return argument.getBytes(StandardCharsets.UTF_8).length <= ARGUMENT_BYTES;
    }
}
