package io.fleetcommand.service;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.fleetcommand.text.VisibleText;

/**
 * Escapes the message of a log event, so that untrusted text can neither forge a log line nor control a terminal.
 * Referenced by the logging configuration.
 */
public final class VisibleMessage extends MessageConverter {
    @Override
    public String convert(ILoggingEvent event) {
        return VisibleText.of(super.convert(event));
    }
}
