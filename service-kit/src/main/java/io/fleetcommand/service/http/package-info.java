/** How the services listen over HTTP: ports with bounded connections, and the pages of the operations port. */
package io.fleetcommand.service.http;
