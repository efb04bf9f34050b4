/** The life of a request: its entry, the events of the journal, and the effects of each step. */
package io.fleetcommand.processor.core.ledger;
