"""Starts a site on loopback: Keystone with Ironic, Neutron, Glance and Nova's API.

    bring_up.py DIR

Prints a line of JSON with the URLs when all services respond. At the end of stdin, it stops all services and removes
DIR.

The databases and their contents take long to create. They are created once and stored next to the packages as a
template, named after the digest of the files that create them.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
SERVICES = {"keystone": "identity", "glance": "image", "ironic": "baremetal", "neutron": "network", "nova": "compute"}
SERVED = [*SERVICES, "brief"]
CONFS = {"glance": "glance-api.conf", "brief": "keystone.conf"}
# Additional folders of services.
FOLDERS = {
    "glance": ["images", "staging", "tasks", "locks"],
    "ironic": ["images", "tftp/master", "state/master", "state/images"],
}
# Outside the system's ephemeral ports and the ports of labs.
PORTS = range(12000, 20000)
# Token lifetimes in seconds. Tokens of the second Keystone, `brief`, expire during operations.
LIFETIMES = {"keystone": 24 * 60 * 60, "brief": 8}
PATIENCE = 180
# Projects and roles. The user `owner-reader` has the role `reader` in the project `owner`; `system-reader` in the system
# scope.
PROJECTS = ["owner", "lessee"]
ROLES = ["admin", "manager", "member", "reader"]
NETWORKS = {
    "provider": ("192.0.2", {"provider:network_type": "flat", "provider:physical_network": "direct"}),
    "private": ("198.51.100", {"provider:network_type": "vlan", "provider:physical_network": "switched"}),
}
# The package metadata by which Neutron finds the plugin `port_binding.py`.
PACKAGE = {
    "METADATA": "Metadata-Version: 2.1\nName: farrier-site\nVersion: 1\n",
    "entry_points.txt": "[neutron.ml2.mechanism_drivers]\nfarrier_site = port_binding:Driver\n",
}
IMAGE = b"disk" * 4096
FLAVOR = {"name": "site.small", "vcpus": 8, "ram": 16384, "disk": 100}


class Site:
    def __init__(self, directory):
        self.dir = directory
        self.children = {}
        self.ports = {}
        for name in [*SERVED, "web"]:
            self.ports[name] = free_port(self.ports.values())
        self.urls = {name: f"http://127.0.0.1:{port}" for name, port in self.ports.items()}
        self.password = None

    def bring_up(self):
        template = Path(sys.prefix) / f"site-{digest()}"
        with open(f"{template}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if template.exists():
                fcntl.flock(lock, fcntl.LOCK_UN)
                self.restore(template)
                self.start(*SERVED)
            else:
                self.make()
                self.start(*(name for name in SERVED if name != "ironic"))
                fill(self)
                self.save(template)
                # The network has a UUID now, which the configuration names.
                self.configure()
                self.start("ironic")

    def restore(self, template):
        """Copies the template, and replaces addresses and folders in it by those of this site."""
        shutil.copytree(template, self.dir, dirs_exist_ok=True)
        self.password = (self.dir / "keystone/password").read_text()
        with database(self.dir / "keystone/keystone.sqlite") as keystone:
            for service, kind in SERVICES.items():
                which = "service_id IN (SELECT id FROM service WHERE type = ?)"
                keystone.execute(f"UPDATE endpoint SET url = ? WHERE {which}", (self.address(service), kind))
        with database(self.dir / "glance/glance.sqlite") as glance:
            images = self.dir / "glance/images"
            glance.execute("UPDATE image_locations SET value = ? || image_id", (f"file://{images}/",))
        self.configure()

    def make(self):
        for service in SERVICES:
            (self.dir / service).mkdir()
        self.password = os.urandom(16).hex()
        (self.dir / "keystone/password").write_text(self.password)
        self.configure()
        makers = [self.run(service, "service.py", "schema", service, log="schema.log") for service in SERVICES]
        for service, maker in zip(SERVICES, makers):
            if maker.wait() != 0:
                self.fail(service, "schema.log", "cannot create the database")

    def configure(self):
        for service in SERVED:
            folder = self.dir / service
            for needed in ["", *FOLDERS.get(service, [])]:
                (folder / needed).mkdir(parents=True, exist_ok=True)
            # If these are missing, each request searches for them in several system folders.
            (folder / "policy.d").mkdir(exist_ok=True)
            (folder / "policy.yaml").write_text("{}\n")
            conf = CONFS.get(service, service + ".conf")
            text = (SCRIPTS / conf).read_text()
            values = {
                **self.urls,
                "provider": self.network("provider"),
                "ironic_port": self.ports["ironic"],
                "lifetime": LIFETIMES.get(service, ""),
                "password": self.password,
                "prefix": sys.prefix.replace("$", "$$"),
                "dir": str(folder).replace("$", "$$"),
            }
            for name, value in values.items():
                text = text.replace("{" + name + "}", str(value))
            (folder / conf).write_text(text)
            for path in folder.glob("*.sqlite"):
                with database(path) as there:
                    there.execute("PRAGMA journal_mode = WAL")

    def network(self, name):
        """The UUID of an existing network, because Ironic resolves a name several times per deploy."""
        file = self.dir / "neutron/neutron.sqlite"
        if file.exists():
            with database(file) as neutron:
                for found in neutron.execute("SELECT id FROM networks WHERE name = ?", (name,)):
                    return found[0]
        return name

    def start(self, *services):
        package = SCRIPTS / "farrier_site-1.dist-info"
        package.mkdir(exist_ok=True)
        for name, text in PACKAGE.items():
            (package / name).write_text(text)
        (self.dir / "ironic/images/site.img").write_bytes(IMAGE)
        for service in services:
            if service == "ironic":
                delays = ["--boot-delay", "0", "--step-delay", "0"]
                words = ["lab_ironic.py", "serve", "--dir", ".", "--web-port", str(self.ports["web"]), *delays]
            else:
                what = "keystone" if service == "brief" else service
                words = ["service.py", "serve", what, str(self.ports[service])]
            self.children[service] = self.run(service, *words, log="console.log")
        deadline = time.monotonic() + PATIENCE
        for service in services:
            child = self.children[service]
            while not answers(self.urls[service]):
                if child.poll() is not None:
                    self.fail(service, "console.log", "it ended")
                if time.monotonic() > deadline:
                    self.fail(service, "console.log", "it does not answer")
                time.sleep(0.05)

    def run(self, service, script, *words, log):
        with open(self.dir / service / log, "ab") as output:
            command = [sys.executable, "-I", "-W", "ignore", str(SCRIPTS / script), *words]
            return subprocess.Popen(command, cwd=self.dir / service, stdout=output, stderr=output)

    def fail(self, service, log, what):
        text = (self.dir / service / log).read_text(errors="replace")
        sys.exit(f"{service}: {what}\n" + "\n".join(text.splitlines()[-15:]))

    def save(self, template):
        """Stores the databases and keys for the next site, completely or not at all."""
        with tempfile.TemporaryDirectory(dir=template.parent) as staging:
            staging = Path(staging)
            for service in SERVICES:
                (staging / service).mkdir()
                for path in (self.dir / service).glob("*.sqlite"):
                    with database(path) as there:
                        there.execute("VACUUM INTO ?", (str(staging / service / path.name),))
            for folder in ["keystone/fernet-keys", "keystone/credential-keys", "glance/images"]:
                shutil.copytree(self.dir / folder, staging / folder)
            shutil.copy(self.dir / "keystone/password", staging / "keystone/password")
            shutil.copytree(staging, f"{template}.new", dirs_exist_ok=True)
            os.rename(f"{template}.new", template)

    def address(self, service):
        """The URL of a service in the catalog."""
        return self.urls[service] + {"keystone": "/v3", "nova": "/v2.1"}.get(service, "")

    def end(self):
        """Waits for the services, which end with stdin, kills the rest, and removes the folder."""
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(10)
            child.kill()
            child.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


class Api:
    """The APIs of OpenStack, used as one user."""

    def __init__(self, site, user, scope):
        self.site = site
        password = {"user": {"name": user, "domain": {"id": "default"}, "password": site.password}}
        auth = {"identity": {"methods": ["password"], "password": password}, "scope": scope}
        self.token = None
        token, headers = self.send("POST", site.address("keystone") + "/auth/tokens", {"auth": auth})
        self.token = headers["X-Subject-Token"]
        self.user = token["token"]["user"]["id"]

    def send(self, method, url, body=None, kind="application/json"):
        headers = {"Content-Type": kind, **({"X-Auth-Token": self.token} if self.token else {})}
        data = body if isinstance(body, bytes) else body and json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=60) as answer:
            text = answer.read()
            return json.loads(text) if text else None, answer.headers

    def get(self, service, path):
        return self.send("GET", self.site.address(service) + path)[0]

    def put(self, service, path, body=None, **kind):
        return self.send("PUT", self.site.address(service) + path, body, **kind)[0]

    def make(self, service, path, body):
        """Creates a resource. Returns its representation without the outer object."""
        made = self.send("POST", self.site.address(service) + path, body)[0]
        return next(iter(made.values())) if len(made) == 1 else made


def project(name):
    return {"project": {"name": name, "domain": {"id": "default"}}}


def fill(site):
    """Creates users, networks, an image and a flavor."""
    admin = Api(site, "admin", project("admin"))
    roles = {role["name"]: role["id"] for role in admin.get("keystone", "/roles")["roles"]}

    def new_project(name):
        return admin.make("keystone", "/projects", {"project": {"name": name, "domain_id": "default"}})["id"]

    def user(name, place, *as_what):
        account = {"name": name, "domain_id": "default", "password": site.password}
        made = admin.make("keystone", "/users", {"user": account})["id"]
        for role in as_what:
            admin.put("keystone", f"/{place}/users/{made}/roles/{roles[role]}")

    services = new_project("service")
    for service, kind in SERVICES.items():
        user(service, f"projects/{services}", "admin", "service")
        made = admin.make("keystone", "/services", {"service": {"name": service, "type": kind}})["id"]
        for interface in ["public", "internal", "admin"]:
            where = {"service_id": made, "region_id": "RegionOne", "interface": interface, "url": site.address(service)}
            admin.make("keystone", "/endpoints", {"endpoint": where})
    for name in PROJECTS:
        place = "projects/" + new_project(name)
        for role in ROLES:
            user(f"{name}-{role}", place, role)
    for role in ROLES:
        user(f"system-{role}", "system", role)
    user("domain-admin", "domains/default", "admin")
    credential = {"name": "site", "secret": site.password}
    admin.make("keystone", f"/users/{admin.user}/application_credentials", {"application_credential": credential})

    for name, (prefix, how) in NETWORKS.items():
        network = admin.make("neutron", "/v2.0/networks", {"network": {"name": name, "shared": True, **how}})
        # Tests request addresses below the pool, so that no other port gets one of these.
        pool = {"start": prefix + ".100", "end": prefix + ".250"}
        subnet = {"name": name + "-v4", "network_id": network["id"], "ip_version": 4, "cidr": prefix + ".0/24"}
        subnet["allocation_pools"] = [pool]
        admin.make("neutron", "/v2.0/subnets", {"subnet": subnet})

    image = {"name": "site-disk", "disk_format": "raw", "container_format": "bare", "visibility": "public"}
    made = admin.make("glance", "/v2/images", {**image, "os_distro": "site"})["id"]
    admin.put("glance", f"/v2/images/{made}/file", IMAGE, kind="application/octet-stream")
    flavor = admin.make("nova", "/flavors", {"flavor": FLAVOR})["id"]
    nothing = {f"resources:{kind}": "0" for kind in ["VCPU", "MEMORY_MB", "DISK_GB"]}
    specs = {"resources:CUSTOM_SITE_SMALL": "1", **nothing}
    admin.make("nova", f"/flavors/{flavor}/os-extra_specs", {"extra_specs": specs})


def clouds(site, admin):
    """The clouds for clouds.yaml."""
    keystone = {"auth_url": site.address("keystone")}
    credentials = admin.get("keystone", f"/users/{admin.user}/application_credentials")["application_credentials"]
    credential = {"application_credential_id": credentials[0]["id"], "application_credential_secret": site.password}

    def cloud(kind, auth):
        return {"auth_type": kind, "auth": {**keystone, **auth}, "region_name": "RegionOne"}

    def user(name, scope, **more):
        who = {"username": name, "password": site.password, "user_domain_id": "default"}
        return cloud("password", {**who, **scope, **more})

    def of_project(name):
        return {"project_name": name, "project_domain_id": "default"}

    of_system = {"system_scope": "all"}
    brief = {"auth_url": site.urls["brief"] + "/v3"}
    return {
        "admin": user("admin", of_project("admin")),
        "domain-admin": user("domain-admin", {"domain_id": "default"}),
        **{f"system-{role}": user(f"system-{role}", of_system) for role in ROLES},
        **{f"{name}-{role}": user(f"{name}-{role}", of_project(name)) for name in PROJECTS for role in ROLES},
        "application-credential": cloud("v3applicationcredential", credential),
        "token": cloud("token", {"token": admin.token, **of_project("admin")}),
        "brief": user("system-admin", of_system, **brief),
        "brief-admin": user("admin", of_project("admin"), **brief),
    }


def free_port(taken):
    while True:
        port = random.choice(PORTS)
        with contextlib.suppress(OSError), socket.socket() as trial:
            trial.bind(("127.0.0.1", port))
            if port not in taken:
                return port


def answers(url):
    try:
        urllib.request.urlopen(url, timeout=30)
    except urllib.error.HTTPError:
        pass
    except OSError:
        return False
    return True


@contextlib.contextmanager
def database(path):
    connection = sqlite3.connect(path)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def digest():
    content = hashlib.sha256()
    for path in sorted(SCRIPTS.iterdir()):
        if path.is_file():
            content.update(path.read_bytes())
    return content.hexdigest()[:12]


def main():
    os.umask(0o077)
    # Detached from the terminal, so that the folder is removed even if Ctrl-C ends the tests.
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for name in list(os.environ):
        # Cloud settings of the user, and variables that oslo.config would read.
        if name.startswith("OS_"):
            del os.environ[name]
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
    site = Site(Path(sys.argv[1]))

    def end_with_tests():
        os.read(0, 1)
        site.end()
        os._exit(0)

    threading.Thread(target=end_with_tests, daemon=True).start()
    site.bring_up()
    admin = Api(site, "admin", project("admin"))
    system = Api(site, "system-admin", {"system": {"all": True}})
    file = site.dir / "clouds.yaml"
    # JSON is YAML, too.
    file.write_text(json.dumps({"clouds": clouds(site, admin)}, indent=1))
    known = {
        "clouds_yaml": str(file),
        "addresses": {**{service: site.urls[service] for service in SERVICES}, "brief": site.urls["brief"]},
        "image": {"url": site.urls["web"] + "/site.img", "checksum": hashlib.sha256(IMAGE).hexdigest()},
        "password": site.password,
        "tokens": {"admin": admin.token, "system": system.token},
        "projects": {each["name"]: each["id"] for each in admin.get("keystone", "/projects")["projects"]},
        "seconds_of_brief_tokens": LIFETIMES["brief"],
    }
    print(json.dumps(known), flush=True)
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
