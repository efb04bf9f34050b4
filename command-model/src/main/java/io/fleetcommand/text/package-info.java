/** Text from outside, made fit to be shown. Not part of the public API. */
package io.fleetcommand.text;
