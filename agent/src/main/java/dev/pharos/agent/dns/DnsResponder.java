package dev.pharos.agent.dns;

import dev.pharos.agent.AgentException;
import dev.pharos.agent.config.DnsSettings;
import dev.pharos.agent.log.EventLog;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Answers by UDP, on a thread of its own, so that questions never hold up packets. */
public final class DnsResponder implements AutoCloseable {
    private final EventLoopGroup group;
    private final Channel channel;

    private DnsResponder(EventLoopGroup group, Channel channel) {
        this.group = group;
        this.channel = channel;
    }

    /**
     * Takes the port and begins.
     *
     * @throws AgentException when the address is not this machine's or the port is taken
     */
    public static DnsResponder start(DnsSettings settings, DnsZone zone, EventLog log) throws AgentException {
        InetSocketAddress address = settings.host().isEmpty()
                ? new InetSocketAddress(settings.port())
                : new InetSocketAddress(settings.host(), settings.port());
        ThreadFactory threads = task -> new Thread(task, "dns");
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
        try {
            Channel channel = new Bootstrap()
                    .group(group)
                    .channel(NioDatagramChannel.class)
                    .handler(new Pipeline(new Answers(zone), log))
                    .bind(address)
                    .syncUninterruptibly()
                    .channel();
            log.info("names are answered", "address", channel.localAddress());
            return new DnsResponder(group, channel);
        } catch (Exception e) {
            shutdown(group);
            throw new AgentException("cannot answer names on " + address + ": " + e.getMessage(), e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        shutdown(group);
    }

    private static void shutdown(EventLoopGroup group) {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Pipeline extends ChannelInitializer<NioDatagramChannel> {
        private final Answers answers;
        private final EventLog log;

        private Pipeline(Answers answers, EventLog log) {
            this.answers = answers;
            this.log = log;
        }

        @Override
        protected void initChannel(NioDatagramChannel channel) {
            channel.pipeline()
                    .addLast(new DatagramDnsQueryDecoder())
                    .addLast(new DatagramDnsResponseEncoder())
                    .addLast(new Questions(answers, log));
        }
    }

    private static final class Questions extends SimpleChannelInboundHandler<DatagramDnsQuery> {
        private final Answers answers;
        private final EventLog log;

        private Questions(Answers answers, EventLog log) {
            this.answers = answers;
            this.log = log;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            DatagramDnsResponse response = new DatagramDnsResponse(
                    /* sender= */ query.recipient(), /* recipient= */ query.sender(), query.id(), query.opCode());
            response.setRecursionDesired(query.isRecursionDesired());
            if (query.count(DnsSection.QUESTION) == 1) {
                DnsQuestion asked = query.recordAt(DnsSection.QUESTION, 0);
                DnsQuestion copy = new DefaultDnsQuestion(asked.name(), asked.type(), asked.dnsClass());
                answers.answer(copy, query.sender().getAddress(), response);
            }
            var _ = context.writeAndFlush(response);
        }

        /** What is no question gets no answer. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            log.debug("not a question for a name server", "cause", cause.getMessage());
        }
    }
}
