/** A JUnit 5 extension with which callers test against the real system. */
package io.fleetcommand.stack.junit;
