#!/usr/bin/python3
"""A Kafka of its own, one KRaft broker with listeners of every kind, for a test that talks to it: realkafka.py JARS

Prints one line of JSON with the ports and the folder of certificates when it answers. Then each line of its input is a
command: "stop" kills the broker as a crash would, "start" starts it again, "freeze" and "thaw" let it be slow; each is
answered with a line "done". The end of its input ends it. Exits with 77, and a line that says why, where there is none.

Users: admin may do everything, also on the plain listener without a name; watcher what it is given; stranger nothing.
Their password is "secret".
"""
import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "conformance", "differential"))
import lifeline  # noqa: E402
from certificates import Certificates  # noqa: E402

LISTENERS = {"plain": "PLAINTEXT", "tls": "SSL", "mutual": "SSL", "expired": "SSL",
             "sasl": "SASL_PLAINTEXT", "sasltls": "SASL_SSL",
             "astray": "PLAINTEXT", "controller": "PLAINTEXT"}
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER")
USERS = ("admin", "watcher", "stranger")
CLUSTER = "c2x1aWNlLXRlc3RzLTAwMQ"


def skip(reason):
    print(reason, flush=True)
    sys.exit(77)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Broker:
    def __init__(self, jars, folder):
        self.classes = f"{jars}/*"
        self.folder = folder
        self.ports = dict(zip(LISTENERS, free_ports(len(LISTENERS))))
        self.certificates = Certificates(folder)
        self.process = None
        self.write_settings()
        scram = [word for user in USERS for mechanism in MECHANISMS[1:3]
                 for word in ("--add-scram", f"{mechanism}=[name={user},password=secret]")]
        self.java("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", "server.properties", *scram).wait()

    def write_settings(self):
        def places(name_of):
            return ",".join(f"{name.upper()}://{name_of(name)}" for name in LISTENERS)
        plain_users = " ".join(f'user_{user}="secret"' for user in USERS)
        login = "org.apache.kafka.common.security"
        lines = [
            "process.roles=broker,controller", "node.id=1", f"log.dirs={self.folder}/data",
            f"controller.quorum.voters=1@127.0.0.1:{self.ports['controller']}",
            "controller.listener.names=CONTROLLER", "inter.broker.listener.name=PLAIN",
            "listeners=" + places(lambda name: f"127.0.0.1:{self.ports[name]}"),
            "advertised.listeners=" + ",".join(
                f"{name.upper()}://" + ("no-such-host.invalid:9092" if name == "astray"
                                        else f"127.0.0.1:{self.ports[name]}")
                for name in LISTENERS if name != "controller"),
            "listener.security.protocol.map=" + ",".join(f"{n.upper()}:{p}" for n, p in LISTENERS.items()),
            "sasl.enabled.mechanisms=" + ",".join(MECHANISMS),
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users=User:ANONYMOUS;User:admin;User:CN=client",
            "ssl.keystore.type=PEM", f"ssl.keystore.location={self.folder}/broker.pem",
            "ssl.truststore.type=PEM", f"ssl.truststore.location={self.folder}/ca.crt",
            "listener.name.mutual.ssl.client.auth=required",
            "listener.name.expired.ssl.keystore.type=PEM",
            f"listener.name.expired.ssl.keystore.location={self.folder}/expired.pem",
            "offsets.topic.replication.factor=1", "offsets.topic.num.partitions=5",
            "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
            "group.initial.rebalance.delay.ms=0", "auto.create.topics.enable=false",
            "log.index.size.max.bytes=1048576",
        ]
        for listener in ("sasl", "sasltls"):
            name = f"listener.name.{listener}"
            lines += [
                f"{name}.plain.sasl.jaas.config={login}.plain.PlainLoginModule required {plain_users};",
                f"{name}.scram-sha-256.sasl.jaas.config={login}.scram.ScramLoginModule required;",
                f"{name}.scram-sha-512.sasl.jaas.config={login}.scram.ScramLoginModule required;",
                f"{name}.oauthbearer.sasl.jaas.config={login}.oauthbearer.OAuthBearerLoginModule required "
                'unsecuredLoginStringClaim_sub="broker";',
            ]
        with open(f"{self.folder}/server.properties", "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")

    def java(self, *words):
        with open(f"{self.folder}/log", "a", encoding="utf-8") as log:
            return subprocess.Popen(
                ["java", "-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                 "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", self.classes, *words],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=lifeline.go_with_parent)

    def start(self):
        self.process = self.java("kafka.Kafka", "server.properties")
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                for name, port in self.ports.items():
                    socket.create_connection(("127.0.0.1", port), 1).close()
                return True
            except OSError:
                time.sleep(0.2)
        return False

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


def main():
    lifeline.go_when_told()
    jars = sys.argv[1] if len(sys.argv) == 2 else ""
    if not glob.glob(f"{jars}/kafka_*.jar"):
        skip("there is no Kafka: ./test.sh --all fetches it")
    for tool, package in (("java", "openjdk-17-jre-headless"), ("openssl", "openssl")):
        if not shutil.which(tool):
            skip(f"there is no Kafka without {tool}: install {package}")
    with tempfile.TemporaryDirectory(prefix="sluice kafka ") as folder:
        broker = Broker(os.path.abspath(jars), folder)
        try:
            if not broker.start():
                with open(f"{folder}/log", encoding="utf-8") as log:
                    sys.stderr.write(log.read()[-4000:])
                skip("the broker did not start")
            print(json.dumps({**broker.ports, "folder": folder}), flush=True)
            for line in sys.stdin:
                command = line.strip()
                if command == "stop":
                    broker.stop()
                elif command == "start" and not broker.start():
                    break
                elif command == "freeze":
                    broker.process.send_signal(signal.SIGSTOP)
                elif command == "thaw":
                    broker.process.send_signal(signal.SIGCONT)
                print("done", flush=True)
        finally:
            lifeline.go_in_peace()
            broker.stop()


main()
