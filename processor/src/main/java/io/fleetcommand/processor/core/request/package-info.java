/** What a caller asks for, and whether it is valid. */
package io.fleetcommand.processor.core.request;
