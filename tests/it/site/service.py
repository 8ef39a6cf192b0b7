"""A service of the site: creates its database, or serves its API, in the current folder.

    service.py schema (glance | ironic | keystone | neutron | nova)
    service.py serve (glance | keystone | neutron | nova) PORT

The lab's script in the same folder serves Ironic.
"""

import importlib
import os
import runpy
import sqlite3
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))

# The WSGI application of each API, and the variables that select its configuration.
SERVED = {
    "glance": ("glance.wsgi.api", {"OS_GLANCE_CONFIG_DIR": "{cwd}"}),
    "keystone": ("keystone.wsgi.api", {"OS_KEYSTONE_CONFIG_DIR": "{cwd}"}),
    "neutron": ("neutron.wsgi.api", {"OS_NEUTRON_CONFIG_DIR": "{cwd}", "OS_NEUTRON_CONFIG_FILES": "neutron.conf"}),
    # Nova's first file must be the one with its pipeline.
    "nova": (
        "nova.wsgi.osapi_compute",
        {"OS_NOVA_CONFIG_DIR": "{cwd}", "OS_NOVA_CONFIG_FILES": "{prefix}/etc/nova/api-paste.ini;nova.conf"},
    ),
}
THREADS = 6


def end_with_starter():
    """Ends the process at the end of stdin, which all processes of the site share: when the tests have ended."""

    def wait():
        os.read(0, 1)
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def tell_no_agents():
    """Stops Neutron from reading changed objects again to notify agents. There are no agents."""
    from neutron.plugins.ml2 import ovo_rpc

    ovo_rpc._ObjectChangeHandler.handle_event = lambda *event, **more: None


def serve(service, port):
    module, variables = SERVED[service]
    for name, value in variables.items():
        os.environ[name] = value.format(cwd=os.getcwd(), prefix=sys.prefix)
    # Some services parse the command line during import, and would reject these arguments.
    sys.argv = [service]
    # The port binding is found like an installed package.
    sys.path.append(HERE)
    # This comes first, because Nova selects its threading model during import.
    application = importlib.import_module(module).application
    # The same SQLite settings as in the lab.
    lab = importlib.import_module("lab_ironic")
    lab.queue_writers()
    lab.keep_connections()
    if service == "neutron":
        lab.look_once()
        tell_no_agents()
    from cheroot import wsgi

    address = ("127.0.0.1", port)
    server = wsgi.Server(address, application, numthreads=THREADS, max=THREADS, request_queue_size=128, timeout=60)
    server.start()


def manage(program, *words):
    """Runs a management command of a service."""
    conf = {"glance": "glance-api"}.get(program, program) + ".conf"
    command = [sys.executable, "-I", "-W", "ignore", os.path.join(sys.prefix, "bin", program + "-manage")]
    subprocess.run([*command, "--config-file", conf, *words], check=True, stdin=subprocess.DEVNULL)


def make_keys(folder):
    """Creates Keystone's Fernet keys: the current and the next one."""
    from cryptography.fernet import Fernet

    os.mkdir(folder, 0o700)
    for number in "01":
        with open(os.path.join(folder, number), "wb") as key:
            key.write(Fernet.generate_key())


def make_neutron():
    # The migrations alter constraints, which SQLite does not support; the models define the same tables.
    from neutron.db.migration.models import head
    from sqlalchemy import create_engine

    head.get_metadata().create_all(create_engine("sqlite:///neutron.sqlite"))


def make_schema(service):
    if service == "ironic":
        sys.argv = ["lab_ironic.py", "schema", "--dir", os.getcwd()]
        runpy.run_path(os.path.join(HERE, "lab_ironic.py"), run_name="__main__")
    elif service == "keystone":
        make_keys("fernet-keys")
        make_keys("credential-keys")
        manage("keystone", "db_sync")
        with open("password") as secret:
            os.environ["OS_BOOTSTRAP_PASSWORD"] = secret.read()
        manage("keystone", "bootstrap", "--bootstrap-region-id", "RegionOne")
    elif service == "neutron":
        make_neutron()
    elif service == "glance":
        manage("glance", "db_sync")
    elif service == "nova":
        manage("nova", "api_db", "sync")
        manage("nova", "cell_v2", "map_cell0", "--database_connection", "sqlite:///nova_cell0.sqlite?timeout=60")
        manage("nova", "db", "sync")
        manage("nova", "cell_v2", "create_cell", "--name", "cell1")


def main():
    os.umask(0o077)
    what, service, *rest = sys.argv[1:]
    end_with_starter()
    if what == "schema":
        make_schema(service)
    else:
        serve(service, int(rest[0]))


if __name__ == "__main__":
    main()
