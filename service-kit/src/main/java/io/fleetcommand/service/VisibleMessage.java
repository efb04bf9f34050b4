package io.fleetcommand.service;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/**
 * The message of a log line, all of which stays in its line: whatever text from outside it holds, nobody writes a line of
 * their own into the log, and nothing moves the terminal that shows it. Named by the logging configuration.
 */
public final class VisibleMessage extends MessageConverter {
    @Override
    public String convert(ILoggingEvent event) {
        return VisibleText.of(super.convert(event));
    }
}
