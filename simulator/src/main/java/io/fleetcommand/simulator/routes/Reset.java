package io.fleetcommand.simulator.routes;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;

/** Resets the connection without a response: the client receives a TCP RST. */
record Reset() implements RouteResponse {
    static final Reset RESET = new Reset();

    @Override
    public void sendTo(Context context) {
        var request = ServletContextRequest.getServletContextRequest(context.req());
        var endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        while (endPoint instanceof EndPoint.Wrapper wrapper) {
            endPoint = wrapper.unwrap();
        }
        if (!(endPoint instanceof SocketChannelEndPoint socket)) {
            throw new IllegalStateException("cannot reset a connection of " + endPoint.getClass());
        }
        reset(socket.getChannel());
    }

    @Override
    public int status() {
        return 0;
    }

    /** Closing with a linger time of zero makes the kernel send RST instead of FIN. */
    private static void reset(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the connection could not be reset", e);
        }
    }
}
