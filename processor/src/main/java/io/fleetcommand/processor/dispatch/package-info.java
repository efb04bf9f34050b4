/** Makes the calls: sends claimed calls within the quota and journals their outcomes. */
package io.fleetcommand.processor.dispatch;
