#!/usr/bin/python3
"""A RabbitMQ with the management and Prometheus plugins, a small shop on it, and traffic, for a test that talks to it.

Prints one line of JSON with the ports when all is there. Then each line of its input is a command: "stop" and "start"
the broker's application, "kill" and "revive" the broker, "control WORDS" is rabbitmqctl's, "big QUEUE SIZE" sends a
message of so many bytes, "delete NAME" a queue; each is answered with a line "done". "letters N TYPE" makes the queue
redrive.dead, classic if no type is said, with N letters that died in redrive.work, and empties that; "settled N"
waits until the broker has seen who was killed, and all N stand in one of the two again, and answers with JSON: how
many stand in each; "drain QUEUE" empties a queue and answers with
JSON: how many messages there were, how many different ones, and whether the first of each came in their order. "bind
EXCHANGE QUEUE KEY" makes both and joins them, "many N" makes N queues with bindings, of which some have consumers and
traffic, "publish EXCHANGE KEY JSON" sends a message with the JSON's body, id,
correlation and headers, "trace on" and "trace off" are the firehose, "queues" answers with the names of all. With
--tls it has listeners of that kind as well, and prints the folder of the certificates. The end of its input ends it.
Exits with 77, and a line that says why, where there is no RabbitMQ or no pika.
"""
import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "conformance", "differential"))
import lifeline  # noqa: E402
import livebroker  # noqa: E402
from certificates import Certificates  # noqa: E402
import manyqueues  # noqa: E402
from tlsfront import TlsFront  # noqa: E402


def skip(reason):
    print(reason, flush=True)
    sys.exit(77)


if not os.path.exists(livebroker.SERVER):
    skip("there is no RabbitMQ: install rabbitmq-server")
try:
    import pika
except ImportError:
    skip("there is no pika: install python3-pika")


class ManagedBroker(livebroker.LiveBroker):
    def __init__(self, secure):
        super().__init__()
        self.management = livebroker.free_port()
        self.metrics = livebroker.free_port()
        self.places = {"amqp": self.port, "management": self.management, "metrics": self.metrics}
        config = f"{self.folder.name}/rabbitmq.conf"
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {self.management}\n"
                       f"prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = {self.metrics}\n"
                       "collect_statistics_interval = 1000\n")
            if secure:
                file.write(self.tls())
        self.environment["RABBITMQ_CONFIG_FILE"] = config
        with open(self.environment["RABBITMQ_ENABLED_PLUGINS_FILE"], "w", encoding="utf-8") as plugins:
            plugins.write("[rabbitmq_management,rabbitmq_prometheus].\n")

    def tls(self):
        """Listeners with TLS beside the others; the one for messages wants to know its clients. Before the broker
        stand fronts with certificates of other kinds."""
        certificates = Certificates(self.folder.name)
        lines = []
        for listener, name, wanted in (("listeners.ssl.default", "amqps", "ssl_options"),
                                       ("management.ssl.port", "https", "management.ssl"),
                                       ("prometheus.ssl.port", "secureMetrics", "prometheus.ssl")):
            port = self.places[name] = livebroker.free_port()
            lines.append(f"{listener} = " + (f"127.0.0.1:{port}" if wanted == "ssl_options" else str(port)))
            lines += [f"{wanted}.cacertfile = {certificates.path('ca.crt')}",
                      f"{wanted}.certfile = {certificates.path('broker.crt')}",
                      f"{wanted}.keyfile = {certificates.path('broker.key')}"]
            lines += ["ssl_options.verify = verify_peer", "ssl_options.fail_if_no_peer_cert = true"] if (
                wanted == "ssl_options") else [f"{wanted}.ip = 127.0.0.1"]
        for front, certificate, target, only in (
                ("front", "broker", self.port, None), ("frontHttps", "broker", self.management, None),
                ("expired", "expired", self.port, None), ("expiredHttps", "expired", self.management, None),
                ("named", "named", self.port, "broker.example"),
                ("namedHttps", "named", self.management, "broker.example")):
            self.places[front] = TlsFront(certificates.path(f"{certificate}.pem"), target, only).port
        self.places["folder"] = self.folder.name
        return "\n".join(lines) + "\n"

    def ask(self, verb, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.management}/api/{path}", method=verb,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Basic " + base64.b64encode(b"guest:guest").decode(),
                     "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=600) as answer:
            return answer.read()

    def control(self, *words):
        subprocess.run([livebroker.CONTROL, "-q", *words], env=self.environment, check=True,
                       stdout=subprocess.DEVNULL)

    def connect(self, name):
        return pika.BlockingConnection(pika.ConnectionParameters(
            "127.0.0.1", self.port, client_properties={"connection_name": name}))

    def kill(self):
        """As a crash would end it: nobody is told, and nothing is put away."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()


def make_shop(broker):
    for user, tags in (("watcher", "monitoring"), ("stranger", "monitoring"), ("nobody", "")):
        broker.ask("PUT", f"users/{user}", {"password": "secret", "tags": tags})
    broker.ask("PUT", "permissions/%2F/watcher", {"configure": "^$", "write": "^$", "read": "^$"})
    connection = broker.connect("setup")
    channel = connection.channel()
    channel.exchange_declare("orders", "topic", durable=True)
    channel.exchange_declare("orders.dead", "fanout", durable=True)
    channel.queue_declare("orders.new", durable=True,
                          arguments={"x-dead-letter-exchange": "orders.dead", "x-message-ttl": 60000})
    channel.queue_declare("orders.archive", durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_declare("orders.dead-letters", durable=True)
    channel.queue_bind("orders.new", "orders", "order.created")
    channel.queue_bind("orders.archive", "orders", "order.*")
    channel.queue_bind("orders.dead-letters", "orders.dead")
    connection.close()


def make_letters(broker, count, kind="classic"):
    connection = broker.connect("letters")
    channel = connection.channel()
    for queue in ("redrive.work", "redrive.dead"):
        channel.queue_delete(queue)
    channel.queue_declare("redrive.dead", durable=True, arguments={"x-queue-type": kind})
    channel.queue_declare("redrive.work", durable=True, arguments={
        "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "redrive.dead"})
    for number in range(count):
        channel.basic_publish("", "redrive.work", f'{{"number": {number}}}'.encode(), pika.BasicProperties(
            message_id=str(number), delivery_mode=2, expiration="1", headers={"tenant": "a", "CC": ["redrive.copies"]}))
    while channel.queue_declare("redrive.dead", passive=True).method.message_count < count:
        connection.sleep(0.1)
    connection.close()


def settled_letters(broker, count):
    """Consumers go and what they held comes back in one step; what is still read of a client that is gone, a little
    later: so the figures have to stay as they are for a moment."""
    connection = broker.connect("letters")
    channel = connection.channel()
    seen = []
    until = time.monotonic() + 30
    while time.monotonic() < until:
        dead = channel.queue_declare("redrive.dead", passive=True).method
        work = channel.queue_declare("redrive.work", passive=True).method
        now = (dead.message_count, work.message_count)
        seen = seen + [now] if seen and seen[-1] == now else [now]
        if dead.consumer_count == 0 and sum(now) >= count and len(seen) >= 4:
            break
        connection.sleep(0.025)
    connection.close()
    return {"dead": seen[-1][0], "work": seen[-1][1]}


def reject_letter(broker, message):
    """A message that its reader rejects: properties as pika calls them, and "body"."""
    connection = broker.connect("letters")
    channel = connection.channel()
    channel.queue_declare("reject.dead", durable=True)
    channel.queue_declare("reject.work", durable=True, arguments={
        "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "reject.dead"})
    before = channel.queue_declare("reject.dead", passive=True).method.message_count
    body = message.pop("body").encode()
    channel.basic_publish("", "reject.work", body, pika.BasicProperties(delivery_mode=2, **message))
    method = None
    while method is None:
        method, _properties, _body = channel.basic_get("reject.work")
    channel.basic_nack(method.delivery_tag, requeue=False)
    while channel.queue_declare("reject.dead", passive=True).method.message_count == before:
        connection.sleep(0.05)
    connection.close()


def forget(broker, queues):
    """Whether they are there or not."""
    connection = broker.connect("setup")
    for queue in queues:
        connection.channel().queue_delete(queue)
    connection.close()


def make_queue(broker, name, arguments, auto_delete=False):
    connection = broker.connect("setup")
    connection.channel().queue_declare(name, durable=True, auto_delete=auto_delete, arguments=arguments)
    connection.close()


def bind(broker, exchange, queue, key):
    connection = broker.connect("setup")
    channel = connection.channel()
    channel.exchange_declare(exchange, "topic", durable=True)
    channel.queue_declare(queue, durable=True)
    channel.queue_bind(queue, exchange, key)
    connection.close()


def make_many(broker, count):
    """Every fiftieth queue has traffic, 200 messages a second in all, and every second of these a consumer."""
    broker.ask("POST", "definitions/%2F", manyqueues.definitions(count))
    names = [manyqueues.queue_name(number) for number in range(0, count, 50)]

    def consume():
        channel = broker.connect("workers").channel()
        channel.basic_qos(prefetch_count=10)
        for name in names[::2]:
            channel.basic_consume(name, lambda own, method, _properties, _body: own.basic_ack(method.delivery_tag))
        channel.start_consuming()

    def publish():
        connection = broker.connect("tills")
        channel = connection.channel()
        while True:
            for name in names:
                exchange, key = name.split(".", 1)
                channel.basic_publish(exchange, key, b"{}")
                connection.sleep(0.005)

    forever(consume)
    forever(publish)


def publish_one(broker, exchange, key, message):
    connection = broker.connect("publish")
    channel = connection.channel()
    channel.confirm_delivery()
    channel.basic_publish(exchange, key, message["body"].encode(), pika.BasicProperties(
        message_id=message.get("id"), correlation_id=message.get("correlation"), headers=message.get("headers", {})))
    connection.close()


def fill(broker, queue, count):
    connection = broker.connect("fill")
    channel = connection.channel()
    channel.confirm_delivery()
    for number in range(count):
        channel.basic_publish("", queue, f'{{"number": {number}}}'.encode(), pika.BasicProperties(
            message_id=str(number), delivery_mode=2, headers={"tenant": "a"}))
    connection.close()


def publish_big(broker, queue, size):
    connection = broker.connect("big")
    channel = connection.channel()
    channel.confirm_delivery()
    text = b"0123456789abcdef" * (size // 16 + 1)
    channel.basic_publish("", queue, b'{"text": "' + text[:size - 12] + b'"}', pika.BasicProperties(message_id="big"))
    connection.close()


def drain(broker, queue):
    connection = broker.connect("drain")
    channel = connection.channel()
    numbers = []
    tenants = 0
    redelivered = 0
    deliveries = 0
    expected = channel.queue_declare(queue, passive=True).method.message_count
    silent = 0
    for method, properties, _body in channel.consume(queue, auto_ack=True, inactivity_timeout=0.2):
        if method is None:
            silent += 1
            if len(numbers) >= expected or silent > 50:
                break
            continue
        silent = 0
        numbers.append(int(properties.message_id))
        tenants += properties.headers.get("tenant") == "a"
        redelivered += method.redelivered
        deliveries = max(deliveries, properties.headers.get("x-delivery-count", 0))
    connection.close()
    first = list(dict.fromkeys(numbers))
    return {"all": len(numbers), "different": len(first), "ordered": first == sorted(first), "tenants": tenants,
            "redelivered": redelivered, "deliveries": deliveries}


def forever(work):
    """A client that comes again when the broker was away, as real ones do."""
    def run():
        while True:
            try:
                work()
            except Exception:  # the broker is away, in whichever way
                time.sleep(0.5)
    threading.Thread(target=run, daemon=True).start()


@contextlib.contextmanager
def started():
    try:
        broker = livebroker.start(lambda: ManagedBroker("--tls" in sys.argv))
    except livebroker.DidNotStart as reason:
        skip(reason)
    try:
        yield broker
    finally:
        lifeline.go_in_peace()
        broker.__exit__()


def main():
    lifeline.go_when_told()
    with started() as broker:
        make_shop(broker)

        def consume(name):
            channel = broker.connect(name).channel()
            channel.basic_qos(prefetch_count=5)

            def received(own, method, _properties, _body):
                if method.delivery_tag % 10 == 0:
                    own.basic_nack(method.delivery_tag, requeue=False)
                else:
                    own.basic_ack(method.delivery_tag)
            channel.basic_consume("orders.new", received)
            channel.start_consuming()

        def publish():
            connection = broker.connect("shop")
            channel = connection.channel()
            while True:
                channel.basic_publish("orders", "order.created", b"{}")
                connection.sleep(0.02)

        forever(lambda: consume("warehouse-1"))
        forever(lambda: consume("warehouse-2"))
        forever(publish)
        while len(json.loads(broker.ask("GET", "consumers"))) < 2:
            time.sleep(0.2)
        # The figures of a channel are a second old at most.
        time.sleep(2.5)
        print(json.dumps(broker.places), flush=True)
        for line in sys.stdin:
            words = line.split()
            if words[0] == "stop":
                broker.control("stop_app")
            elif words[0] == "start":
                broker.control("start_app")
            elif words[0] == "kill":
                broker.kill()
            elif words[0] == "revive":
                broker.__enter__()
            elif words[0] == "control":
                broker.control(*words[1:])
            elif words[0] == "big":
                publish_big(broker, words[1], int(words[2]))
            elif words[0] == "delete":
                broker.ask("DELETE", f"queues/%2F/{words[1]}")
            elif words[0] == "forget":
                forget(broker, words[1:])
            elif words[0] == "letters":
                make_letters(broker, int(words[1]), *words[2:])
            elif words[0] == "reject":
                reject_letter(broker, json.loads(line.split(maxsplit=1)[1]))
            elif words[0] == "queue":
                make_queue(broker, words[1], json.loads(words[2]), words[3:] == ["auto-delete"])
            elif words[0] == "policy":
                broker.ask("PUT", f"policies/%2F/{words[1]}", {"pattern": words[1], "definition": json.loads(words[2])})
            elif words[0] == "fill":
                fill(broker, words[1], int(words[2]))
            elif words[0] == "bind":
                bind(broker, *words[1:])
            elif words[0] == "many":
                make_many(broker, int(words[1]))
            elif words[0] == "publish":
                publish_one(broker, words[1], words[2], json.loads(line.split(maxsplit=3)[3]))
            elif words[0] == "trace":
                broker.control(f"trace_{words[1]}")
            elif words[0] == "queues":
                print(json.dumps([queue["name"] for queue in json.loads(broker.ask("GET", "queues"))]), flush=True)
                continue
            elif words[0] == "settled":
                print(json.dumps(settled_letters(broker, int(words[1]))), flush=True)
                continue
            elif words[0] == "drain":
                print(json.dumps(drain(broker, words[1])), flush=True)
                continue
            print("done", flush=True)


main()
