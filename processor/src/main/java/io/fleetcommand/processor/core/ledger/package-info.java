/** The life of a request: its ledger entry, the journal events that change it, and the effects of each change. */
package io.fleetcommand.processor.core.ledger;
