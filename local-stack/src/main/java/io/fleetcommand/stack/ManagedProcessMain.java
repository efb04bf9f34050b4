package io.fleetcommand.stack;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another class's main method, and ends the process when standard input does: a child whose parent was killed
 * does not live on.
 */
public final class ManagedProcessMain {
    private ManagedProcessMain() {}

    /** @param arguments the name of the class, then its own arguments */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread watch = new Thread(ManagedProcessMain::endWithParent, "parent-watch");
        watch.setDaemon(true);
        watch.start();
        String[] own = Arrays.copyOfRange(arguments, 1, arguments.length);
        try {
            Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) own);
        } catch (InvocationTargetException failed) {
            failed.getCause().printStackTrace();
            System.exit(1);
        }
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // The parent sends nothing; the end of the stream is the message.
            }
        } catch (IOException broken) {
            System.err.println("standard input broke: " + broken);
        }
        System.exit(0);
    }
}
