/** Makes the calls: claims them in the journal first, then sends them within the quota. */
package io.fleetcommand.processor.dispatch;
