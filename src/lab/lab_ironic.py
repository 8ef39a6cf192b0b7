"""Runs a lab's Ironic: API, conductor, mock machines and the server of their images, all in this one process.

    lab_ironic.py serve --dir DIR --web-port PORT --boot-delay S --step-delay S
    lab_ironic.py schema --dir DIR

`ironic.conf` is read from DIR. It is started with the Python of the lab's virtual environment.
"""

import argparse
import fcntl
import functools
import hashlib
import http.server
import os
import signal
import sqlite3
import sys
import threading
import traceback
import types


def claim(directory):
    """Makes this the lab's only Ironic, for as long as the process lives.

    The lock tells the processes apart even before the file says anything; what the file says (pid and start
    time, in ticks since boot) is for whoever wants to stop exactly this process.
    """
    handle = open(os.path.join(directory, "ironic.pid"), "a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("another Ironic runs in " + directory)
    with open("/proc/self/stat") as stat:
        started = stat.read().rpartition(")")[2].split()[19]
    handle.truncate(0)
    handle.write(f"{os.getpid()} {started}\n")
    handle.flush()
    return handle


def heed_starter():
    """Ends the process when stdin does, which is when whoever started it is gone; unless told to stay before."""

    def wait():
        if sys.stdin.readline() != "stay\n":
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


class Web(http.server.SimpleHTTPRequestHandler):
    """Serves the images, and what Ironic asks of agents."""

    machines = None

    def do_GET(self):
        if not self.is_for_agent():
            super().do_GET()

    def do_POST(self):
        if not self.is_for_agent():
            self.send_error(501)

    def is_for_agent(self):
        if not self.path.startswith(self.machines.PREFIX):
            return False
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        answer = self.machines.answer(self.command, self.path, body)
        # Where no agent runs nobody would answer: the connection just ends.
        if answer:
            status, said = answer
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(said)
        return True

    def log_message(self, *args):
        pass


class WebServer(http.server.ThreadingHTTPServer):
    # How many may wait to be accepted. Agents are asked in bursts.
    request_queue_size = 128


def serve_web(directory, port, machines):
    handler = functools.partial(type("Web", (Web,), {"machines": machines}), directory=directory)
    threading.Thread(target=WebServer(("127.0.0.1", port), handler).serve_forever, daemon=True).start()


def hash_password(directory):
    """Writes the one account of `http_basic`, as Ironic wants it: bcrypt."""
    import bcrypt

    # A random UUID cannot be guessed, so few rounds are enough.
    with open(os.path.join(directory, "password"), "rb") as secret:
        digest = bcrypt.hashpw(secret.read(), bcrypt.gensalt(4)).decode()
    with open(os.path.join(directory, "htpasswd"), "w") as out:
        out.write(f"admin:{digest}\n")


def queue_writers():
    """Lets SQLite's writers wait for each other in place of failing.

    oslo.db opens every transaction as a reader, and SQLite fails one that has read and then wants to write
    after somebody else's commit at once, whatever the timeout. A transaction that is known to be a writer's
    therefore asks for the write lock when it begins; there the timeout holds.
    """
    from oslo_db.sqlalchemy import enginefacade
    from sqlalchemy import event, text
    from sqlalchemy.engine import Engine

    sessions = enginefacade._TransactionFactory
    plain_session = sessions._create_session

    def session(factory, mode, bind=None):
        if mode is enginefacade._WRITER and bind is None:
            bind = factory.get_writer_engine().execution_options(writes=True)
        return plain_session(factory, mode, bind)

    sessions._create_session = session

    # Listeners of the class come before those of an engine, so that oslo.db's own BEGIN finds the transaction
    # begun, and leaves it be.
    @event.listens_for(Engine, "begin")
    def begin(connection):
        if connection.get_execution_options().get("writes") and "in_transaction" not in connection.info:
            connection.execute(text("BEGIN IMMEDIATE"))
            connection.info["in_transaction"] = True

    # In WAL mode a crash of the process loses nothing so; one of the computer may lose the last moments.
    @event.listens_for(Engine, "connect")
    def connect(connection, _record):
        connection.execute("PRAGMA synchronous = NORMAL")


def keep_connections():
    """Lets oslo.db use a connection to SQLite for more than one transaction.

    It opens one for each, which is a fifth of all the work there is; and whenever the last one is closed, SQLite
    moves its log into the database.
    """
    from oslo_db.sqlalchemy import engines
    from sqlalchemy import event, pool

    class Kept(pool.QueuePool):
        def __init__(self, creator, **settings):
            super().__init__(creator, **{**settings, "pool_size": 20, "max_overflow": -1})

    engines.pool = types.SimpleNamespace(**{**vars(pool), "NullPool": Kept})

    # What oslo.db notes of a transaction must not outlive it.
    @event.listens_for(pool.Pool, "checkin")
    def forget(_connection, record):
        record.info.pop("in_transaction", None)


def look_once():
    """Makes Pecan read each handler's signature once, and jsonschema check each schema once.

    Without this, both repeat it at every request, and Ironic creates a validator class for every schema of every request.
    That is a fifth of the CPU time of a request.
    """
    import jsonschema
    from pecan import util

    signature = functools.cache(util._getargspec)
    util._getargspec = lambda handler: signature(getattr(handler, "__func__", handler))

    checked = {}
    for draft in (4, 6, 7, 201909, 202012):
        validator = getattr(jsonschema, f"Draft{draft}Validator")
        plain = validator.check_schema

        def check(schema, *rest, plain=plain, **more):
            # What was checked is kept, so that no other one gets its place in memory.
            if id(schema) not in checked:
                plain(schema, *rest, **more)
                if len(checked) < 1000:
                    checked[id(schema)] = schema

        validator.check_schema = check

    extend = jsonschema.validators.extend
    unchanged = functools.cache(extend)
    jsonschema.validators.extend = lambda of, *more, **rest: (extend if more or rest else unchanged)(of, *more, **rest)


def leave_tags():
    """Makes Ironic read nodes without their tags, which takes a query. Its API neither shows nor sets tags."""
    import sqlalchemy
    from ironic.db.sqlalchemy import api, models
    from sqlalchemy import orm

    models.Node.tags.property.lazy = "noload"
    without_tags = sqlalchemy.select(models.Node).options(
        orm.noload(models.Node.tags), orm.selectinload(models.Node.traits)
    )
    api._get_node_select = lambda: without_tags


def share_tokens():
    """Lets what Ironic asks of other services share its token. It gets one for each time that it asks."""
    from ironic.common import keystone

    shared = functools.cache(keystone.get_auth)
    plain = keystone.get_auth
    keystone.get_auth = lambda group, **wishes: plain(group, **wishes) if wishes else shared(group)


def hash_once():
    """Makes Ironic hash each BMC password once. At every request to the BMC, the 600,000 rounds take most of a second."""
    from ironic.drivers.modules.redfish import utils

    hashed = functools.cache(hashlib.pbkdf2_hmac)
    utils.hashlib = types.SimpleNamespace(**{**vars(hashlib), "pbkdf2_hmac": hashed})


def accept_bursts():
    """Lets more than five connections wait to be accepted, where the sixth of a burst would be reset."""
    from cheroot import wsgi

    wsgi.Server.__init__ = functools.partialmethod(wsgi.Server.__init__, request_queue_size=128)


def stay_one_process():
    """Lets Ironic do with events of its own process, where those for several would need a /dev/shm to write to.

    A library imports eventlet if it is installed, and eventlet imports a DNS resolver. Neither is used here.
    """
    import multiprocessing

    multiprocessing.Event = threading.Event
    os.environ["EVENTLET_NO_GREENDNS"] = "yes"


def provide_config_drives():
    """Sees to it that Ironic can build config drives, with the programs of this Python's environment.

    Every deploy sends one. Found out here, a fault keeps the lab from starting; found out by a deploy, it would cost
    each machine that it is tried on.
    """
    os.environ["PATH"] = os.path.join(sys.prefix, "bin") + os.pathsep + os.environ.get("PATH", os.defpath)
    from openstack.baremetal import configdrive

    try:
        configdrive.build({"name": "test"})
    except Exception as error:
        sys.exit(f"Ironic could not build a config drive here: {error}")


def create_schema(directory):
    """Makes an empty database that every lab can start from."""
    from ironic.command import dbsync

    sys.argv = ["ironic-dbsync", "--config-file", os.path.join(directory, "ironic.conf"), "create_schema"]
    dbsync.main()
    with sqlite3.connect(os.path.join(directory, "ironic.sqlite")) as database:
        database.execute("PRAGMA journal_mode = WAL")
    database.close()


def serve(directory, web_port, boot_delay, step_delay):
    """What the `ironic` command does, without its master process.

    The master would start a conductor that cannot start again and again; here the process ends, and says why.
    """
    stay_one_process()
    # Imported before anything else of Ironic: it chooses how oslo.service runs.
    import ironic.command.singleprocess  # noqa: F401
    from ironic.command import utils
    from ironic.common import service
    from ironic.conductor import rpc_service
    from ironic.conf import CONF

    provide_config_drives()
    queue_writers()
    keep_connections()
    look_once()
    leave_tags()
    share_tokens()
    hash_once()
    accept_bursts()
    service.prepare_service("ironic", ["ironic", "--config-file", os.path.join(directory, "ironic.conf")])
    # Of the folder that this file is in Python was told to take no notice.
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import lab_agents

    machines = lab_agents.Machines(CONF.api.port, web_port, boot_delay, step_delay)
    machines.take_over_fake_hardware()
    serve_web(os.path.join(directory, "images"), web_port, machines)
    launcher = service.process_launcher(no_fork=True)
    utils.handle_signal()
    manager = ("ironic.conductor.manager", "ConductorManager")
    conductor = rpc_service.RPCService(CONF.host, *manager, embed_api=True)
    launcher.launch_service(conductor)
    machines.resume()
    # All is done by other threads now. This one is there for signals: the handler of SIGTERM ends the process.
    while True:
        signal.pause()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["serve", "schema"])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--web-port", type=int)
    parser.add_argument("--boot-delay")
    parser.add_argument("--step-delay")
    args = parser.parse_args()
    os.umask(0o077)
    os.chdir(args.dir)
    if args.what == "schema":
        create_schema(args.dir)
        return
    # Out of the terminal's reach: Ctrl-C and a closed window are not meant for the lab.
    os.setsid()
    pid_file = claim(args.dir)
    heed_starter()
    if os.path.exists(os.path.join(args.dir, "password")):
        hash_password(args.dir)
    try:
        serve(args.dir, args.web_port, args.boot_delay, args.step_delay)
    except SystemExit as end:
        print(end.code, file=sys.stderr)
    except Exception:
        traceback.print_exc()
    finally:
        # Threads that are left must not keep a process alive that serves nothing.
        pid_file.close()
        os._exit(1)


if __name__ == "__main__":
    main()
