/** HTTP servers: ports with connection limits, and the pages of the operations port. */
package io.fleetcommand.service.http;
