"""Thousands of queues for a test of what is large: how they are called, and what a broker is given to have them."""

PREFIXES = ("orders", "billing", "shipping", "catalog", "customers", "payments", "stock", "returns", "search", "mail",
            "audit", "pricing", "fraud", "invoices", "loyalty", "media", "partners", "reports", "routing", "tax")
WORK = ("created", "changed", "cancelled", "confirmed", "expired")


def queue_name(number):
    return f"{PREFIXES[number % len(PREFIXES)]}.{WORK[number // len(PREFIXES) % len(WORK)]}.{number:05}"


def definitions(count):
    """So many queues with a binding each, an exchange a prefix, and dead letters of every twentieth."""
    exchanges = [{"name": prefix, "type": "topic", "durable": True, "auto_delete": False, "internal": False,
                  "arguments": {}} for prefix in PREFIXES]
    exchanges.append({**exchanges[0], "name": "dead", "type": "fanout"})
    queues = []
    bindings = []
    for number in range(count):
        name = queue_name(number)
        arguments = {"x-dead-letter-exchange": "dead"} if number % 20 == 0 else {}
        queues.append({"name": name, "durable": True, "auto_delete": False, "arguments": arguments})
        prefix, key = name.split(".", 1)
        bindings.append({"source": prefix, "destination": name, "destination_type": "queue", "routing_key": key,
                         "arguments": {}})
    return {"exchanges": exchanges, "queues": queues, "bindings": bindings}
