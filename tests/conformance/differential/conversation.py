"""Plays conversations (../README.md says how they are written) on a real RabbitMQ and notes what it did."""
import time

import pika
from pika import exceptions

SETTLE = 0.06  # seconds of listening after each step
ROUND_TRIP = 0.002  # what each command may take beside
PROPERTIES = ("priority", "expiration", "correlation_id", "reply_to", "message_id")


def told(method, properties, body):
    """A delivered message as a recording holds it."""
    headers = {}
    for name, value in (properties.headers or {}).items():
        if name == "x-death" and isinstance(value, list):
            value = [{k: v for k, v in death.items() if k != "time"} for death in value]
        headers[name] = value
    message = {"body": body.decode(), "exchange": method.exchange, "routing_key": method.routing_key,
               "redelivered": method.redelivered, "headers": headers}
    for name in PROPERTIES:
        value = getattr(properties, name)
        if value is not None and not str(value).startswith("amq.rabbitmq.reply-to."):
            message[name] = value
    return message


class Conversation:
    """One connection; steps are performed as they come, so that a generator can look at what happened so far."""

    def __init__(self, url, topology):
        self.connection = pika.BlockingConnection(pika.URLParameters(url))
        self.topology = topology
        self.open = {}        # channel name -> channel
        self.deliveries = {}  # delivery name -> (channel name, tag)
        self.consumers = {}   # consumer name -> (channel name, consumer tag)
        self.settled = {}     # delivery name -> channel object it came on, for those not automatically acknowledged
        self.sequence = {}
        self.arrived = []
        self.late = 0.0  # seconds that steps took longer than they should: a busy machine
        self._clear()
        self._declare()

    def channel(self, name):
        channel = self.open.get(name)
        if channel is None or not channel.is_open:
            channel = self.open[name] = self.connection.channel()
            if name == "publisher":
                channel.confirm_delivery()
        return channel

    def _clear(self):
        for queue in self.topology["queues"]:
            self.channel("setup").queue_delete(queue["name"])
        for exchange in self.topology["exchanges"]:
            self.channel("setup").exchange_delete(exchange["name"])

    def _declare(self):
        channel = self.channel("setup")
        for exchange in self.topology["exchanges"]:
            channel.exchange_declare(exchange["name"], exchange["type"], arguments=exchange.get("arguments"))
        for queue in self.topology["queues"]:
            arguments = queue.get("arguments") or {}
            channel.queue_declare(queue["name"], durable=arguments.get("x-queue-type") == "quorum",
                                  auto_delete=queue.get("auto_delete", False), arguments=arguments or None)
        for binding in self.topology["bindings"]:
            key, arguments = binding.get("routing_key", ""), binding.get("arguments")
            if "queue" in binding:
                channel.queue_bind(binding["queue"], binding["exchange"], key, arguments)
            else:
                channel.exchange_bind(binding["destination"], binding["exchange"], key, arguments)

    def listen(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.connection.process_data_events(time_limit=left)

    def outstanding(self):
        """Deliveries that can still be settled."""
        return [name for name, channel in self.settled.items() if channel.is_open]

    def perform(self, step):
        due = time.monotonic() + SETTLE + step.get("ms", 0) / 1000 + ROUND_TRIP * step.get("count", 1)
        observed = getattr(self, "_" + step["op"])(step) or {}
        self.listen(SETTLE)
        if self.arrived:
            observed["deliveries"], self.arrived = self.arrived, []
        self.late += max(0.0, time.monotonic() - due)
        return observed

    def _publish(self, step):
        outcomes = []
        for _ in range(step.get("count", 1)):
            number = self.sequence[""] = self.sequence.get("", 0) + 1
            try:
                self.channel("publisher").basic_publish(
                    step.get("exchange", ""), step.get("routing_key", ""),
                    step["body"].replace("{n}", str(number)).encode(),
                    pika.BasicProperties(**step.get("properties", {})), mandatory=step.get("mandatory", False))
                outcomes.append("confirmed")
            except exceptions.UnroutableError:
                outcomes.append("returned")
            except exceptions.NackError:
                outcomes.append("nacked")
        return {"publish": outcomes}

    def _get(self, step):
        name = step.get("channel", "main")
        auto_ack = step.get("auto_ack", False)
        method, properties, body = self.channel(name).basic_get(step["queue"], auto_ack=auto_ack)
        if method is None:
            return {"message": None}
        self.deliveries[step["as"]] = (name, method.delivery_tag)
        if not auto_ack:
            self.settled[step["as"]] = self.open[name]
        return {"message": told(method, properties, body), "remaining": method.message_count}

    def _settle(self, step, settle):
        name, tag = self.deliveries[step["delivery"]]
        channel = self.open[name]
        settle(channel, tag)
        covered = [step["delivery"]]
        if step.get("multiple") and step["op"] != "reject":
            covered = [other for other, on in self.settled.items()
                       if on is channel and self.deliveries[other][1] <= tag]
        for other in covered:
            self.settled.pop(other, None)

    def _ack(self, step):
        self._settle(step, lambda channel, tag: channel.basic_ack(tag, multiple=step.get("multiple", False)))

    def _nack(self, step):
        self._settle(step, lambda channel, tag: channel.basic_nack(
            tag, multiple=step.get("multiple", False), requeue=step["requeue"]))

    def _reject(self, step):
        self._settle(step, lambda channel, tag: channel.basic_reject(tag, requeue=step["requeue"]))

    def _consume(self, step):
        consumer = step["consumer"]
        name = step.get("channel", consumer)
        channel = self.channel(name)
        auto_ack = step.get("auto_ack", False)
        if "prefetch" in step:
            channel.basic_qos(prefetch_count=step["prefetch"])

        def arrive(_channel, method, properties, body):
            number = self.sequence[consumer] = self.sequence.get(consumer, 0) + 1
            delivery = f"{consumer}#{number}"
            self.deliveries[delivery] = (name, method.delivery_tag)
            if not auto_ack:
                self.settled[delivery] = channel
            self.arrived.append({"delivery": delivery, "message": told(method, properties, body)})

        tag = channel.basic_consume(step["queue"], arrive, auto_ack=auto_ack,
                                    exclusive=step.get("exclusive", False), arguments=step.get("arguments"))
        self.consumers[consumer] = (name, tag)

    def _cancel(self, step):
        name, tag = self.consumers.pop(step["consumer"])
        self.open[name].basic_cancel(tag)

    def _close_channel(self, step):
        self.open.pop(step["channel"]).close()

    def _purge(self, step):
        self.channel("main").queue_purge(step["queue"])

    def _delete_queue(self, step):
        self.channel("main").queue_delete(step["queue"])

    def _wait(self, step):
        self.listen(step["ms"] / 1000)

    def _count(self, step):
        try:
            result = self.channel("probe").queue_declare(step["queue"], passive=True).method
            return {"ready": result.message_count, "consumers": result.consumer_count}
        except exceptions.ChannelClosedByBroker:
            return {"ready": None, "consumers": None}

    def finish(self):
        """What is ready in each queue; everything is deleted then."""
        for name, tag in list(self.consumers.values()):
            if name in self.open and self.open[name].is_open:
                self.open[name].basic_cancel(tag)
        contents = {}
        for queue in self.topology["queues"]:
            rows = contents[queue["name"]] = []
            try:
                while True:
                    method, properties, body = self.channel("drain").basic_get(queue["name"], auto_ack=True)
                    if method is None:
                        break
                    rows.append(told(method, properties, body))
            except exceptions.ChannelClosedByBroker:
                contents[queue["name"]] = None
        self.connection.close()
        return contents


def clean(url, topology):
    """Deletes what a play left behind."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    for queue in topology["queues"]:
        channel.queue_delete(queue["name"])
    for exchange in topology["exchanges"]:
        channel.exchange_delete(exchange["name"])
    connection.close()


def replay(url, scenario):
    """Observations and final contents of a whole scenario, and by how many seconds its steps were late.

    KeyError: a step names what did not come about.
    """
    conversation = None
    try:
        conversation = Conversation(url, scenario["topology"])
        observed = [conversation.perform(step) for step in scenario["steps"]]
        return observed, conversation.finish(), conversation.late
    finally:
        # Also what was declared before a declaration was refused: the next conversation must not find it.
        if conversation is not None and conversation.connection.is_open:
            conversation.connection.close()
        clean(url, scenario["topology"])
