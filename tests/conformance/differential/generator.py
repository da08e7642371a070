"""Random topologies and conversations, one for each seed. Steps are chosen while the conversation goes on, since
what can be acknowledged depends on what was delivered."""
import random

WORDS = ["user", "order", "mail", "eu", "created", "failed"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.gets = 0
        self.consumers = []
        self.consumed = {}  # consumer -> queue
        self.exclusive = set()  # consumers
        self.topology = self._topology()

    def chance(self, probability):
        return self.random.random() < probability

    def key(self, pattern=False):
        words = [self.random.choice(WORDS) for _ in range(self.random.randint(1, 3))]
        if pattern:
            words = [self.random.choice(["*", "#", word, word]) for word in words]
        return ".".join(words)

    def _topology(self):
        r = self.random
        names = [f"q{i + 1}" for i in range(r.randint(1, 4))]
        exchanges = []
        for kind in r.sample(["direct", "topic", "fanout", "headers"], r.choice([0, 1, 1, 2, 3])):
            exchange = {"name": f"x.{kind}", "type": kind}
            if exchanges and self.chance(0.25):
                exchange["arguments"] = {"alternate-exchange": r.choice(exchanges)["name"]}
            exchanges.append(exchange)
        # Quorum queues answer in milliseconds, not microseconds; so they get conversations of their own.
        self.quorum = self.chance(0.12)
        queues = []
        for name in names:
            queue = {"name": name}
            arguments = self._arguments(names, exchanges)
            if arguments:
                queue["arguments"] = arguments
            if not self.quorum and self.chance(0.06):
                queue["auto_delete"] = True
            queues.append(queue)
        bindings = []
        for exchange in exchanges:
            for _ in range(r.randint(1, 4)):
                binding = {"exchange": exchange["name"]}
                if len(exchanges) > 1 and self.chance(0.2):
                    binding["destination"] = r.choice(exchanges)["name"]
                else:
                    binding["queue"] = r.choice(names)
                binding["routing_key"] = self.key(pattern=exchange["type"] == "topic")
                if exchange["type"] == "headers":
                    binding["arguments"] = {"x-match": r.choice(["all", "any", "all-with-x", "any-with-x"]),
                                            r.choice(["k", "x-k"]): r.choice(WORDS[:3]), "n": r.choice([1, 2])}
                bindings.append(binding)
        return {"exchanges": exchanges, "queues": queues, "bindings": bindings}

    def _arguments(self, names, exchanges):
        r = self.random
        arguments = {}
        if self.quorum:
            arguments["x-queue-type"] = "quorum"
            if self.chance(0.4):
                arguments["x-delivery-limit"] = r.choice([0, 1, 2])
        if self.chance(0.6):
            arguments["x-dead-letter-exchange"] = r.choice([""] * 3 + [e["name"] for e in exchanges] + ["no.such"])
            if arguments["x-dead-letter-exchange"] == "" or self.chance(0.4):
                if self.chance(0.9):
                    arguments["x-dead-letter-routing-key"] = r.choice(names + [self.key()])
        if self.chance(0.35):
            arguments["x-max-length"] = r.choice([0, 1, 2, 3, 4])
        if self.chance(0.1):
            arguments["x-max-length-bytes"] = r.choice([0, 4, 8, 20])
        if self.chance(0.3):
            arguments["x-overflow"] = r.choice(["drop-head", "reject-publish"] +
                                               ([] if self.quorum else ["reject-publish-dlx"]))
        if self.chance(0.12):
            arguments["x-message-ttl"] = r.choice([0, 120, 250])
        if not self.quorum and self.chance(0.2):
            arguments["x-max-priority"] = r.choice([1, 2, 5, 10, 255])
        if self.chance(0.15):
            arguments["x-single-active-consumer"] = True
        if self.chance(0.05):
            arguments["x-expires"] = r.choice([250, 600])
        return arguments

    def single_active(self):
        return [q["name"] for q in self.topology["queues"] if "x-single-active-consumer" in q.get("arguments", {})]

    def steps(self):
        return self.random.randint(5, 22)

    def step(self, conversation):
        """The next step, or None if the one drawn is not possible now."""
        r = self.random
        queue = r.choice(self.topology["queues"])["name"]
        outstanding = conversation.outstanding()
        op = r.choices(["publish", "get", "settle", "consume", "cancel", "close_channel", "purge", "delete_queue",
                        "wait", "count"], [40, 14, 24, 10, 3, 3, 1, 1, 4, 6])[0]
        if op == "publish":
            return self._publish(queue)
        if op == "get":
            if self.quorum and queue in self.single_active():
                return None  # RESOURCE_LOCKED
            self.gets += 1
            step = {"op": "get", "queue": queue, "as": f"d{self.gets}"}
            if self.chance(0.8):
                step["channel"] = r.choice(["c1", "c2"])
            if self.chance(0.15):
                step["auto_ack"] = True
            return step
        if op == "settle":
            return self._settle(r.choice(outstanding)) if outstanding else None
        if op == "consume":
            return self._consume(queue, conversation)
        if op == "cancel":
            # Not on a classic queue with a single active consumer: its process fails at the next publish.
            names = [name for name, (channel, _) in conversation.consumers.items()
                     if channel in conversation.open and conversation.open[channel].is_open
                     and (self.quorum or self.consumed[name] not in self.single_active())]
            return {"op": "cancel", "consumer": r.choice(names)} if names else None
        if op == "close_channel":
            names = [name for name, channel in conversation.open.items()
                     if channel.is_open and name not in ("setup", "publisher", "probe")]
            return {"op": "close_channel", "channel": r.choice(names)} if names else None
        if op == "wait":
            return {"op": "wait", "ms": r.choice([100, 200, 400])}
        return {"op": op, "queue": queue}

    def _publish(self, queue):
        r = self.random
        step = {"op": "publish", "exchange": "", "routing_key": queue, "body": "m{n}"}
        if self.topology["exchanges"] and self.chance(0.5):
            step["exchange"] = r.choice(self.topology["exchanges"])["name"]
            keys = [b["routing_key"] for b in self.topology["bindings"] if b["exchange"] == step["exchange"]]
            key = r.choice(keys) if keys and self.chance(0.6) else self.key()
            step["routing_key"] = key.replace("*", r.choice(WORDS)).replace("#", r.choice(WORDS))
        elif self.chance(0.05):
            step["routing_key"] = "nowhere"
        if self.chance(0.4):
            step["count"] = r.randint(2, 4)
        if self.chance(0.3):
            step["mandatory"] = True
        properties = {}
        if self.chance(0.3):
            properties["priority"] = r.choice([0, 1, 2, 4, 5, 9])
        if self.chance(0.12):
            properties["expiration"] = r.choice(["0", "120", "250"])
        for name in ("correlation_id", "message_id", "reply_to"):
            if self.chance(0.04):
                properties[name] = r.choice(WORDS)
        headers = {}
        if self.chance(0.25):
            headers[r.choice(["k", "x-k"])] = r.choice(WORDS)
        if self.chance(0.1):
            headers["n"] = r.choice([1, 2, "1"])
        if self.chance(0.06):
            headers[r.choice(["CC", "BCC"])] = [q["name"] for q in r.sample(self.topology["queues"], 1)] + ["nowhere"]
        if headers:
            properties["headers"] = headers
        if properties:
            step["properties"] = properties
        return step

    def _settle(self, delivery):
        op = self.random.choice(["ack", "ack", "nack", "reject"])
        step = {"op": op, "delivery": delivery}
        if op != "reject":
            step["multiple"] = self.chance(0.3)
        if op != "ack":
            step["requeue"] = self.chance(0.5)
        return step

    def _readers(self, queue, conversation):
        return [name for name, (channel, _) in conversation.consumers.items() if self.consumed[name] == queue
                and channel in conversation.open and conversation.open[channel].is_open]

    def _consume(self, queue, conversation):
        readers = self._readers(queue, conversation)
        if len(self.consumers) >= 5 or self.exclusive.intersection(readers):
            return None  # ACCESS_REFUSED
        r = self.random
        name = "ABCDE"[len(self.consumers)]
        self.consumers.append(name)
        self.consumed[name] = queue
        step = {"op": "consume", "queue": queue, "consumer": name, "prefetch": r.choice([0, 1, 1, 2, 3])}
        if self.chance(0.1):
            step["channel"] = r.choice(["c1", "c2"])
        if self.chance(0.12):
            step["auto_ack"] = True
        if not readers and queue not in self.single_active() and self.chance(0.12):
            step["exclusive"] = True
            self.exclusive.add(name)
        if self.chance(0.25):
            step["arguments"] = {"x-priority": r.choice([-1, 1, 5])}
        return step
