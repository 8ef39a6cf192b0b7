"""The mock ramdisks of a lab's machines, and the agents that run in them.

Ironic's fake hardware does nothing. With this module, a machine that is powered on after Ironic has prepared a ramdisk
boots that ramdisk, otherwise from its disk. In the ramdisk an agent looks up its node, sends heartbeats and
executes commands, with the same HTTP requests as ironic-python-agent. It does not erase or write anything, but it
downloads images that are not too large and compares their checksums.

The node's `driver_info` controls the machine's behavior (`PROPERTIES`). It is read at each boot and each step.
"""

import hashlib
import heapq
import http.client
import itertools
import json
import random
import threading
import time
import urllib.parse
import urllib.request
import uuid

from oslo_log import log

from ironic import objects
from ironic.common import boot_devices, context, states
from ironic.drivers.modules import fake

LOG = log.getLogger(__name__)

# Ironic lists them as properties of the driver.
PROPERTIES = {
    "mock_boot_delay": "Seconds from power on until the ramdisk's first heartbeat: S, or A,B for a random number "
                       "between A and B. Optional.",
    "mock_step_delay": "Seconds per step in the ramdisk, in the same format; or an object with a value for each step "
                       "name. Optional.",
    "mock_fail_step": "The step that fails in the ramdisk: write_image, install_bootloader, erase_devices_metadata, "
                      "... Optional.",
    "mock_fail_error": "The error message when the ramdisk fails. Optional.",
    "mock_silent": "`boot` if the ramdisk never sends a heartbeat; or the step in which it stops responding. Optional.",
    "mock_hold": "Whether the ramdisk has a step before all others that puts automated cleaning on hold. Optional.",
    "mock_faults": "How often the machine fails or stops responding before it works, counted from the start of the "
                   "lab (default: always). Optional.",
}

# The first version in which agents authenticate with a token.
API_VERSION = {"X-OpenStack-Ironic-API-Version": "1.62"}
AGENT_VERSION = "11.0.0"
# The maximum number of concurrent requests to Ironic, for any number of machines.
WORKERS = 8
# Seconds until an agent repeats a heartbeat that Ironic has not processed, which happens while the node is locked.
# Doubles with each repeat.
FIRST_PAUSE = 0.5
# The limit for all agents together. Ironic uses a thread for each heartbeat, and after too many at the same time it
# refuses all requests for minutes.
HEARTBEATS_PER_SECOND = 10
# Larger images are not downloaded; their checksums count as correct.
LARGEST_FETCHED = 64 << 20
# The steps of an agent by kind and interface, with the priorities of ironic-python-agent.
STEPS = {
    "deploy": {"deploy": {"write_image": 0, "erase_devices_metadata": 0}},
    "clean": {"deploy": {"erase_devices": 10, "erase_devices_metadata": 99, "erase_devices_express": 0}},
    "service": {"deploy": {"burnin_cpu": 0, "burnin_memory": 0}},
}
# The states with a ramdisk that is running or booting, and the kind of steps that it runs.
WAITING = {
    states.DEPLOYWAIT: "deploy",
    states.CLEANWAIT: "clean",
    states.SERVICEWAIT: "service",
    states.RESCUEWAIT: None,
}


class Clock:
    """Calls functions at given times, in a few threads of its own."""

    def __init__(self):
        self.changed = threading.Condition()
        self.calls = []
        self.numbers = itertools.count()
        for _ in range(WORKERS):
            threading.Thread(target=self.run, daemon=True).start()

    def after(self, seconds, function, *args):
        with self.changed:
            heapq.heappush(self.calls, (time.monotonic() + seconds, next(self.numbers), function, args))
            self.changed.notify()

    def run(self):
        while True:
            function, args = self.next()
            try:
                function(*args)
            except Exception:
                LOG.exception("a mock machine's agent failed")

    def next(self):
        with self.changed:
            while True:
                left = self.calls[0][0] - time.monotonic() if self.calls else None
                if left is not None and left <= 0:
                    return heapq.heappop(self.calls)[2:]
                self.changed.wait(left)


class Behavior:
    """The behavior of a machine as configured in its node."""

    def __init__(self, driver_info, defaults):
        self.driver_info = driver_info
        self.defaults = defaults

    def boot_delay(self):
        return self.delay("mock_boot_delay", self.driver_info.get("mock_boot_delay"))

    def step_delay(self, step):
        configured = self.driver_info.get("mock_step_delay")
        return self.delay("mock_step_delay", configured.get(step) if isinstance(configured, dict) else configured)

    def delay(self, key, configured):
        if configured is not None:
            try:
                return seconds(configured)
            except ValueError:
                LOG.warning("invalid %s `%s`: it must be S or A,B in seconds", key, configured)
        return seconds(self.defaults[key])

    def fails_at(self, step):
        return self.driver_info.get("mock_fail_step") == step

    def silent_at(self, step):
        return self.driver_info.get("mock_silent") == step

    def steps(self, kind):
        """The steps of its agent with priorities, by interface. Ironic itself executes `hold`."""
        steps = STEPS[kind]
        if kind == "clean" and self.driver_info.get("mock_hold"):
            return {**steps, "deploy": {"hold": 100, **steps["deploy"]}}
        return steps

    def error(self, step):
        return self.driver_info.get("mock_fail_error") or f"{step} failed as configured (mock_fail_step)"

    def faults(self):
        try:
            return int(self.driver_info["mock_faults"])
        except (KeyError, TypeError, ValueError):
            return None


def seconds(delay):
    """A random number from `S` or `A,B`."""
    shortest, _, longest = str(delay).partition(",")
    return max(0, random.uniform(float(shortest), float(longest or shortest)))


class Machine:
    """The state of a machine that Ironic's fake hardware does not have."""

    def __init__(self, power):
        self.power = power
        self.boot_device = boot_devices.PXE
        # Whether the next boot is into a ramdisk.
        self.ramdisk = False
        self.agent = None
        # How often it has failed or stopped responding.
        self.faults = 0

    def misbehaves(self, configured, behavior):
        """Whether it misbehaves as configured, within the limit of `mock_faults`; counts it."""
        limit = behavior.faults()
        if not configured or limit is not None and self.faults >= limit:
            return False
        self.faults += 1
        return True


class Agent:
    """The agent in a ramdisk, until the machine is powered off or boots something else."""

    def __init__(self, machines, machine, node, token=None):
        self.machines = machines
        self.machine = machine
        self.node = node.uuid
        self.behavior = machines.behavior(node.driver_info)
        self.token = token
        self.commands = []
        self.gone = False
        # Whether there is a result that Ironic has not fetched yet.
        self.unreported = True
        self.pause = FIRST_PAUSE
        # Ironic's heartbeat timeout, from the lookup of the node.
        self.heartbeat_timeout = None
        # The number of the latest planned heartbeat; earlier ones are dropped.
        self.planned = 0

    def boot(self):
        if self.machine.misbehaves(self.behavior.silent_at("boot"), self.behavior):
            LOG.info("node %s: its ramdisk will not send heartbeats", self.node)
        else:
            self.plan(self.behavior.boot_delay())

    def resume(self, kind, step):
        """Continues after a restart of the lab; the machine itself was not restarted."""
        # Ironic's own step `deploy` is the one that waits for the ramdisk to boot.
        if step and step["step"] != "deploy":
            self.begin(f"execute_{kind}_step", kind, step)
        if not self.gone:
            self.plan(0)

    def plan(self, seconds):
        """Plans the next heartbeat in this many seconds."""
        self.planned += 1
        self.machines.clock.after(seconds, self.beat, self.planned)

    def beat(self, planned, in_turn=False):
        if self.gone or planned != self.planned:
            return
        if not in_turn:
            self.machines.clock.after(self.machines.turn(), self.beat, planned, True)
            return
        try:
            if self.heartbeat_timeout is None:
                self.look_up()
            body = {"callback_url": self.machines.callback + self.node, "agent_version": AGENT_VERSION}
            self.ask("POST", f"/v1/heartbeat/{self.node}", {**body, "agent_token": self.token})
        except (OSError, http.client.HTTPException, ValueError) as problem:
            LOG.info("node %s: its agent's heartbeat failed: %s", self.node, problem)
        with self.machines.lock:
            if planned != self.planned:
                return
            interval = max(random.uniform(0.3, 0.6) * (self.heartbeat_timeout or 10), self.machines.min_interval())
            if self.unreported:
                self.plan(min(self.pause, interval))
                self.pause *= 2
            else:
                self.plan(interval)

    def look_up(self):
        found = json.loads(self.ask("GET", f"/v1/lookup?node_uuid={self.node}"))
        # Ironic sends the token only once; an agent that was resumed already has it.
        self.token = self.token or found["config"]["agent_token"]
        self.heartbeat_timeout = found["config"]["heartbeat_timeout"]

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.machines.api_port, timeout=60)
        try:
            headers = {"Content-Type": "application/json", **API_VERSION}
            connection.request(method, path, body and json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status >= 400:
                raise ValueError(f"{method} {path.partition('?')[0]}: HTTP {answer.status}")
            return text
        finally:
            connection.close()

    def execute(self, name, params):
        """Executes a command; returns a status and an answer."""
        last = self.commands[-1] if self.commands else None
        if last and last["command_status"] == "RUNNING":
            return 409, {"faultstring": f"Agent is busy - executing command {last['command_name']}"}
        name = name.rpartition(".")[2]
        verb, _, rest = name.partition("_")
        kind = rest.partition("_")[0]
        if verb == "execute" and kind in STEPS:
            self.behavior = self.machines.behavior(params["node"]["driver_info"])
            return 200, self.begin(name, kind, params["step"])
        command = self.add_command(name)
        self.end(command, name, self.result(name))
        if name == "power_off":
            self.machine.power = states.POWER_OFF
        if name in ("power_off", "run_image", "reboot", "lockdown", "finalize_rescue"):
            self.gone = True
        return 200, command

    def result(self, name):
        verb, _, rest = name.partition("_")
        kind = rest.partition("_")[0]
        if verb == "get" and kind in STEPS:
            steps = [
                {"interface": interface, "step": step, "priority": priority, "abortable": True,
                 "reboot_requested": False}
                for interface, steps in self.behavior.steps(kind).items()
                for step, priority in steps.items()
            ]
            return {"hardware_manager_version": {"mock": "1"}, f"{kind}_steps": {"mock": steps}}
        return {} if name == "get_partition_uuids" else None

    def add_command(self, name):
        command = {"id": str(uuid.uuid4()), "command_name": name, "command_params": {},
                   "command_status": "RUNNING", "command_error": None, "command_result": None}
        self.commands.append(command)
        return command

    def begin(self, name, kind, step):
        command = self.add_command(name)
        answer = dict(command)
        if self.machine.misbehaves(self.behavior.silent_at(step["step"]), self.behavior):
            self.gone = True
            LOG.info("node %s: its ramdisk stops responding in step %s", self.node, step["step"])
        else:
            delay = self.behavior.step_delay(step["step"])
            self.machines.clock.after(delay, self.finish, command, kind, step)
        return answer

    def finish(self, command, kind, step):
        image = (step.get("args") or {}).get("image_info")
        problem = image_problem(image) if step["step"] == "write_image" and image else None
        named = {"interface": step["interface"], "step": step["step"]}
        with self.machines.lock:
            if self.gone:
                return
            self.end(command, step["step"], {f"{kind}_result": None, f"{kind}_step": named}, problem)
            # An agent reports results immediately.
            self.unreported = True
            self.pause = FIRST_PAUSE
            self.plan(0)

    def end(self, command, what, result, problem=None):
        if self.machine.misbehaves(self.behavior.fails_at(what), self.behavior):
            problem = self.behavior.error(what)
        if problem is None:
            command.update(command_status="SUCCEEDED", command_result=result)
        else:
            LOG.info("node %s: its agent failed in step %s: %s", self.node, what, problem)
            error = {"type": "DeploymentError", "code": 500, "message": problem, "details": problem}
            command.update(command_status="FAILED", command_error=error)

    def report(self):
        if not self.commands or self.commands[-1]["command_status"] != "RUNNING":
            self.unreported = False
        return 200, {"commands": self.commands}


class Machines:
    """All machines of a lab, by the UUIDs of their nodes."""

    # The path of the agents on the lab's web server; the node's UUID and Ironic's path follow.
    PREFIX = "/agents/"

    def __init__(self, api_port, web_port, boot_delay, step_delay):
        self.api_port = api_port
        self.callback = f"http://127.0.0.1:{web_port}{self.PREFIX}"
        self.defaults = {"mock_boot_delay": boot_delay, "mock_step_delay": step_delay}
        self.clock = Clock()
        # Never held while waiting.
        self.lock = threading.RLock()
        self.machines = {}
        self.next_turn = 0

    def behavior(self, driver_info):
        return Behavior(driver_info, self.defaults)

    def of(self, node):
        with self.lock:
            return self.machines.setdefault(node.uuid, Machine(node.power_state))

    def turn(self):
        """Seconds until the caller may send a heartbeat."""
        with self.lock:
            now = time.monotonic()
            turn = max(now, self.next_turn)
            self.next_turn = turn + 1 / HEARTBEATS_PER_SECOND
            return turn - now

    def min_interval(self):
        """Minimum seconds between heartbeats without news, so that agents with news get their turn."""
        with self.lock:
            return 2 * sum(machine.agent is not None for machine in self.machines.values()) / HEARTBEATS_PER_SECOND

    def power(self, node, power_state):
        """Handles a change of power: on, off, or a reboot."""
        with self.lock:
            machine = self.of(node)
            if machine.agent:
                machine.agent.gone = True
                machine.agent = None
            if power_state in (states.POWER_OFF, states.SOFT_POWER_OFF):
                machine.power = states.POWER_OFF
                return
            machine.power = states.POWER_ON
            if machine.ramdisk:
                machine.agent = Agent(self, machine, node)
                machine.agent.boot()

    def resume(self):
        """Restores the agents of machines that were in a ramdisk when the lab was stopped."""
        filters = {"provision_state_in": list(WAITING)}
        for node in objects.Node.list(context.get_admin_context(), filters=filters):
            is_fake = node.power_interface == "fake" and node.boot_interface == "fake"
            if not is_fake or node.power_state != states.POWER_ON:
                continue
            internal = node.driver_internal_info
            with self.lock:
                machine = self.of(node)
                if machine.agent:
                    continue
                machine.ramdisk = True
                machine.agent = Agent(self, machine, node, internal.get("agent_secret_token"))
                kind = WAITING[node.provision_state]
                if "agent_url" in internal:
                    machine.agent.resume(kind, kind and getattr(node, f"{kind}_step"))
                else:
                    machine.agent.boot()

    def answer(self, method, path, body):
        """Answers a request to an agent with a status and JSON; `None` if there is no such agent."""
        path, _, query = path.removeprefix(self.PREFIX).partition("?")
        node, _, rest = path.partition("/")
        with self.lock:
            machine = self.machines.get(node)
            agent = machine and machine.agent
            if not agent or agent.gone or rest.rstrip("/") != "v1/commands":
                return None
            if agent.token is None or urllib.parse.parse_qs(query).get("agent_token") != [agent.token]:
                status, answer = 401, {"faultstring": "Token invalid."}
            elif method == "GET":
                status, answer = agent.report()
            else:
                command = json.loads(body)
                status, answer = agent.execute(command["name"], command.get("params") or {})
            return status, json.dumps(answer).encode()

    def take_over_fake_hardware(self):
        """Replaces Ironic's `fake` interfaces by these machines."""
        machines = self

        class Power(fake.FakePower):
            def get_properties(self):
                return PROPERTIES

            def get_power_state(self, task):
                super().get_power_state(task)
                return machines.of(task.node).power

            def set_power_state(self, task, power_state, timeout=None):
                super().set_power_state(task, power_state, timeout)
                machines.power(task.node, power_state)

            def reboot(self, task, timeout=None):
                super().reboot(task, timeout)
                machines.power(task.node, states.REBOOT)

        class Boot(fake.FakeBoot):
            def validate_rescue(self, task):
                pass

            def prepare_ramdisk(self, task, ramdisk_params, mode="deploy"):
                super().prepare_ramdisk(task, ramdisk_params, mode)
                machines.of(task.node).ramdisk = True

            def clean_up_ramdisk(self, task, mode="deploy"):
                super().clean_up_ramdisk(task, mode)
                machines.of(task.node).ramdisk = False

            def prepare_instance(self, task):
                super().prepare_instance(task)
                machines.of(task.node).ramdisk = False

        class Management(fake.FakeManagement):
            def get_supported_boot_devices(self, task):
                return [boot_devices.PXE, boot_devices.DISK, boot_devices.CDROM, boot_devices.BIOS]

            def set_boot_device(self, task, device, persistent=False):
                super().set_boot_device(task, device, persistent)
                machines.of(task.node).boot_device = device

            def get_boot_device(self, task):
                return {**super().get_boot_device(task), "boot_device": machines.of(task.node).boot_device}

        fake.FakePower, fake.FakeBoot, fake.FakeManagement = Power, Boot, Management


def image_problem(image):
    """The error of an image by its checksum; `None` if it is correct or too large to check."""
    url = image["urls"][0]
    algorithm = image.get("os_hash_algo")
    expected = image.get("os_hash_value") or image.get("checksum") or ""
    try:
        if "://" in expected:
            algorithm, expected = None, checksum_in_file(expected, url)
        digest = hashlib.new(algorithm or {32: "md5", 64: "sha256", 128: "sha512"}.get(len(expected), "unknown"))
        with urllib.request.urlopen(url, timeout=60) as answer:
            size = answer.headers["Content-Length"]
            if size is None or int(size) > LARGEST_FETCHED:
                return None
            while chunk := answer.read(1 << 16):
                digest.update(chunk)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        return f"Error downloading image {url}: {problem}"
    if digest.hexdigest() == expected.lower():
        return None
    return f"Error verifying image checksum: {digest.name} of {url} is {digest.hexdigest()}, expected {expected}"


def checksum_in_file(url, image):
    """The checksum of an image in a file in the format of sha256sum, or in a file with a single checksum."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        lines = [line.split() for line in answer.read(1 << 20).decode().splitlines()]
    name = image.rpartition("/")[2]
    for words in lines:
        if len(words) == 2 and words[1].lstrip("*").rpartition("/")[2] == name:
            return words[0]
    if len(lines) == 1 and len(lines[0]) == 1:
        return lines[0][0]
    raise ValueError(f"{url} has no checksum of {name}")
