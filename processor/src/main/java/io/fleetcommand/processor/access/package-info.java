/** The policy file: who may ask for what, as its operators wrote it, and watched for changes. */
package io.fleetcommand.processor.access;
