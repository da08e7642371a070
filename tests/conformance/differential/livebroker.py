"""A RabbitMQ of its own for a test: started from Debian's rabbitmq-server in a temporary folder, stopped at the end."""
import os
import signal
import socket
import subprocess
import tempfile
import time

import lifeline

SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"
CONTROL = "/usr/lib/rabbitmq/bin/rabbitmqctl"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class DidNotStart(Exception):
    """The machine cannot run it; the reason is what it said last."""


class LiveBroker:
    """Own node name, ports, cookie and name server; listens on the loopback only."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="sluice-rabbitmq-", ignore_cleanup_errors=True)
        self.port = free_port()
        self.environment = dict(
            os.environ, HOME=self.folder.name,
            RABBITMQ_NODENAME=f"sluice{self.port}@localhost",
            RABBITMQ_NODE_IP_ADDRESS="127.0.0.1", RABBITMQ_NODE_PORT=str(self.port),
            RABBITMQ_DIST_PORT=str(free_port()), ERL_EPMD_PORT=str(free_port()), ERL_EPMD_ADDRESS="127.0.0.1",
            RABBITMQ_MNESIA_BASE=f"{self.folder.name}/mnesia", RABBITMQ_LOG_BASE=f"{self.folder.name}/log",
            RABBITMQ_ENABLED_PLUGINS_FILE=f"{self.folder.name}/plugins",
            RABBITMQ_CONFIG_FILE=f"{self.folder.name}/none", RABBITMQ_PID_FILE=f"{self.folder.name}/pid")
        with open(f"{self.folder.name}/plugins", "w", encoding="utf-8") as plugins:
            plugins.write("[].\n")
        self.server = None

    def __enter__(self):
        with open(f"{self.folder.name}/output", "w", encoding="utf-8") as output:
            self.server = subprocess.Popen([SERVER], env=self.environment, cwd=self.folder.name, stdout=output,
                                           stderr=subprocess.STDOUT, start_new_session=True,
                                           preexec_fn=lifeline.go_with_parent)
        end = time.monotonic() + 90
        while time.monotonic() < end and self.server.poll() is None:
            with open(f"{self.folder.name}/output", encoding="utf-8", errors="replace") as output:
                if "completed with" in output.read():
                    return self
            time.sleep(0.2)
        raise DidNotStart(self.__last_words())

    def __last_words(self):
        with open(f"{self.folder.name}/output", encoding="utf-8", errors="replace") as output:
            said = [line.strip() for line in output if line.strip()]
        self.__exit__()
        telling = [line for line in said if line.startswith("ERROR")] or said[-1:] or ["it said nothing"]
        return f"the broker did not start: {telling[0]}"

    def __exit__(self, *_):
        # The server's session is its own: the shell, the virtual machine and the name server it started.
        try:
            os.killpg(self.server.pid, signal.SIGTERM)
            self.server.wait(20)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass
        try:
            os.killpg(self.server.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        subprocess.run(["epmd", "-port", self.environment["ERL_EPMD_PORT"], "-kill"], env=self.environment,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        self.folder.cleanup()

    def url(self, vhost):
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{vhost}"

    def add_vhosts(self, names):
        for name in names:
            subprocess.run([CONTROL, "-q", "add_vhost", name], env=self.environment, check=True)
            subprocess.run([CONTROL, "-q", "set_permissions", "-p", name, "guest", ".*", ".*", ".*"],
                           env=self.environment, check=True)


def start(make, attempts=3):
    """Starts what `make` makes, and gives it back. Another program may take a port between its choice and its use:
    then again, with other ports."""
    for left in reversed(range(attempts)):
        broker = make()
        try:
            return broker.__enter__()
        except DidNotStart:
            if left == 0:
                raise
    return None
