"""Where the server listens, and that answers go out at once."""

import asyncio
import socket

import pytest

from stgan_tf.serving.listening import listen


def test_connections_send_without_delay():
    async def nodelay():
        found = asyncio.get_running_loop().create_future()

        def connected(reader, writer):
            accepted = writer.get_extra_info("socket")
            found.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        server = await asyncio.start_server(connected, sock=listen("127.0.0.1", 0))
        async with server:
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            result = await asyncio.wait_for(found, 30)
            writer.close()
            await writer.wait_closed()
            return result

    assert asyncio.run(nodelay())


def test_a_port_that_is_taken_is_named():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"Cannot listen on 127.0.0.1 port {port}: "):
            listen("127.0.0.1", port)


def test_ipv6():
    if not socket.has_ipv6:
        pytest.skip("This Python has no IPv6.")
    with listen("::1", 0) as listener:
        assert listener.family == socket.AF_INET6
