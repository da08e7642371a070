#!/usr/bin/python3
"""Random conversations on a real RabbitMQ and on the embedded broker; they must come to the same.

Usage: differential.py [--count N] [--seed N] [--jobs N] [--url URL] [--keep FOLDER] SLUICE-CONFORMANCE

Starts a RabbitMQ of its own unless --url names one that may be used. What differs is played again: if the real broker
itself does something else then, it was a race and is counted as such; so is what hangs on exact times, or on how
deliveries over different channels follow each other, and what never could be played at its pace on a busy machine.
What remains is shrunk to the smallest conversation that still differs, and written in the recordings' format to
--keep. Exit status 1 if anything differs, 77 (skipped) without rabbitmq-server or python3-pika, or where it does not
start.
"""
import argparse
import concurrent.futures
import contextlib
import copy
import json
import os
import queue
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
try:
    from pika import exceptions
    from conversation import Conversation, clean, replay
    from generator import Generator
    from livebroker import SERVER, DidNotStart, LiveBroker, start
except ImportError:
    print("skipped: python3-pika is not installed")
    sys.exit(77)

VERSION = "RabbitMQ 3.10.8"
ON_TIME = 0.008  # seconds that all steps together may be late
AGAIN = 5  # plays that must all come to the same before a difference is believed


def hangs_on_time(scenario):
    """Whether anything in it expires."""
    text = json.dumps([scenario["topology"], scenario["steps"]])
    return any(name in text for name in ("x-message-ttl", "x-expires", '"expiration"'))


def write(scenario, path):
    """One step, observation and queue a line, as the recordings have it."""
    def lines(values):
        return ",\n".join("  " + json.dumps(value) for value in values)
    with open(path, "w", encoding="utf-8") as file:
        file.write("{\n")
        for name in ("name", "why", "broker", "recorded_from"):
            file.write(f' "{name}": {json.dumps(scenario[name])},\n')
        file.write(f' "topology": {json.dumps(scenario["topology"])},\n')
        file.write(f' "steps": [\n{lines(scenario["steps"])}\n ],\n')
        file.write(f' "observed": [\n{lines(scenario["observed"])}\n ],\n')
        final = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in scenario["final"].items())
        file.write(f' "final": {{\n{final}\n }}\n}}\n')


class Comparison:
    def __init__(self, program, url, vhosts):
        self.program = program
        self.url = url
        self.vhosts = queue.Queue()
        for vhost in vhosts:
            self.vhosts.put(vhost)

    @contextlib.contextmanager
    def place(self):
        vhost = self.vhosts.get()
        try:
            yield self.url(vhost)
        finally:
            self.vhosts.put(vhost)

    def generate(self, seed):
        """Plays seed's conversation on the real broker while it is made up; None if the broker cut it off."""
        generator = Generator(seed)
        scenario = {"name": f"differential-{seed}", "why": "random topology and steps", "broker": "rabbitmq",
                    "recorded_from": VERSION, "topology": generator.topology, "steps": [], "observed": []}
        with self.place() as url:
            conversation = None
            try:
                conversation = Conversation(url, generator.topology)
                for _ in range(generator.steps()):
                    step = generator.step(conversation)
                    if step is None:
                        continue
                    scenario["steps"].append(step)
                    scenario["observed"].append(conversation.perform(step))
                    if generator.quorum:
                        scenario["steps"].append({"op": "wait", "ms": 100})
                        scenario["observed"].append(conversation.perform(scenario["steps"][-1]))
                scenario["final"] = conversation.finish()
            except (exceptions.AMQPError, KeyError):
                return None
            finally:
                if conversation is not None and conversation.connection.is_open:
                    conversation.connection.close()
                clean(url, generator.topology)
        return scenario

    def record(self, scenario):
        """The scenario with what the real broker does now, and whether that tells; None if it cannot be played."""
        scenario = copy.deepcopy(scenario)
        try:
            with self.place() as url:
                scenario["observed"], scenario["final"], late = replay(url, scenario)
        except (exceptions.AMQPError, KeyError):
            return None, False
        return scenario, late < ON_TIME or not hangs_on_time(scenario)

    def differences(self, scenario, *options):
        """What the embedded broker does otherwise; empty if nothing."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, scenario["name"] + ".json")
            write(scenario, path)
            result = subprocess.run([self.program, *options, path], stdout=subprocess.PIPE, text=True, check=False)
            return "" if result.returncode == 0 else result.stdout

    def hangs_on_luck(self, scenario):
        """Whether the difference goes away at another pace, or with the channels interleaved in another way."""
        return not (self.differences(scenario, "--any-interleaving")
                    and self.differences(scenario, "--any-interleaving", "--slow"))

    def differs(self, scenario):
        return self.differences(scenario) and not self.hangs_on_luck(scenario)

    def stable(self, scenario):
        """Plays it again, until enough plays were at its pace: whether the real broker always does what is written."""
        told = 0
        for _ in range(4 * AGAIN):
            again, tells = self.record(scenario)
            if again is None or again["observed"] != scenario["observed"] or again["final"] != scenario["final"]:
                return False
            told += tells
            if told == AGAIN:
                return True
        return False

    def shrink(self, scenario):
        """Leaves out steps, bindings, exchanges, queues and arguments as long as it still differs."""
        def candidates(of):
            for i in reversed(range(len(of["steps"]))):
                yield lambda s, i=i: s["steps"].pop(i)
            for part in ("bindings", "exchanges", "queues"):
                for i in reversed(range(len(of["topology"][part]))):
                    yield lambda s, part=part, i=i: s["topology"][part].pop(i)
            for i, each in enumerate(of["topology"]["queues"]):
                for name in each.get("arguments", {}):
                    yield lambda s, i=i, name=name: s["topology"]["queues"][i]["arguments"].pop(name)
            for i, step in enumerate(of["steps"]):
                for name in ("count", "properties", "mandatory", "arguments"):
                    if name in step:
                        yield lambda s, i=i, name=name: s["steps"][i].pop(name)
        smaller = True
        while smaller:
            smaller = False
            for change in candidates(scenario):
                attempt = copy.deepcopy(scenario)
                try:
                    change(attempt)
                except (IndexError, KeyError):
                    continue
                attempt, tells = self.record(attempt)
                if attempt is not None and tells and self.differs(attempt):
                    scenario = attempt
                    smaller = True
        return scenario

    def check(self, seed):
        """("same" | "race" | "cut off" | "differs", scenario)"""
        scenario = self.generate(seed)
        if scenario is None:
            return "cut off", None
        if not self.differences(scenario):
            return "same", scenario
        if self.hangs_on_luck(scenario) or not self.stable(scenario):
            return "race", scenario
        return "differs", scenario


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--url", help="a running broker whose virtual hosts d0, d1, ... may be used")
    parser.add_argument("--keep", help="folder for the conversations that differ")
    parser.add_argument("--no-shrink", action="store_true")
    parser.add_argument("program")
    arguments = parser.parse_args()
    vhosts = [f"d{i}" for i in range(arguments.jobs)]
    with contextlib.ExitStack() as stack:
        if arguments.url:
            def url(vhost):
                return f"{arguments.url}/{vhost}"
        elif not os.path.exists(SERVER):
            print("skipped: rabbitmq-server is not installed")
            return 77
        else:
            try:
                broker = start(LiveBroker)
                stack.push(broker.__exit__)
            except DidNotStart as reason:
                print(f"skipped: {reason}")
                return 77
            broker.add_vhosts(vhosts)
            url = broker.url
        comparison = Comparison(arguments.program, url, vhosts)
        counts = {"same": 0, "race": 0, "cut off": 0, "differs": 0}
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(arguments.jobs))
        seeds = range(arguments.seed, arguments.seed + arguments.count)
        for verdict, scenario in pool.map(comparison.check, seeds):
            counts[verdict] += 1
            if verdict != "differs":
                continue
            if not arguments.no_shrink:
                smaller = comparison.shrink(scenario)
                scenario = smaller if comparison.stable(smaller) else scenario
            print(comparison.differences(scenario), end="", flush=True)
            if arguments.keep:
                os.makedirs(arguments.keep, exist_ok=True)
                write(scenario, os.path.join(arguments.keep, scenario["name"] + ".json"))
    print(f"{counts['same']} the same, {counts['differs']} different, {counts['race']} races of the real broker, "
          f"{counts['cut off']} that it cut off")
    return 1 if counts["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())
