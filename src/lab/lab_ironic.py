"""Runs a lab's Ironic: API, conductor, mock machines and their image server, all in one process.

    lab_ironic.py serve --dir DIR --web-port PORT --boot-delay S --step-delay S
    lab_ironic.py schema --dir DIR

`ironic.conf` is read from DIR. Run this with the Python of the lab's virtual environment.
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


def lock_pid_file(directory):
    """Makes this the lab's only Ironic for the lifetime of the process.

    The lock excludes other processes even before the file has content. The content (PID and start time, in ticks since
    boot) identifies this process for stopping it.
    """
    handle = open(os.path.join(directory, "ironic.pid"), "a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("another Ironic is running in " + directory)
    with open("/proc/self/stat") as stat:
        started = stat.read().rpartition(")")[2].split()[19]
    handle.truncate(0)
    handle.write(f"{os.getpid()} {started}\n")
    handle.flush()
    return handle


def end_with_starter():
    """Ends the process at the end of stdin, which means that its starter has ended; a line `stay` disables this."""

    def wait():
        if sys.stdin.readline() != "stay\n":
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


class Web(http.server.SimpleHTTPRequestHandler):
    """Serves the images, and Ironic's requests to agents."""

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
        # Without an agent there would be no answer: the connection just ends.
        if answer:
            status, content = answer
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(content)
        return True

    def log_message(self, *args):
        pass


class WebServer(http.server.ThreadingHTTPServer):
    # The number of connections that may wait to be accepted. Requests to agents come in bursts.
    request_queue_size = 128


def serve_web(directory, port, machines):
    handler = functools.partial(type("Web", (Web,), {"machines": machines}), directory=directory)
    threading.Thread(target=WebServer(("127.0.0.1", port), handler).serve_forever, daemon=True).start()


def hash_password(directory):
    """Writes the only account of `http_basic` in Ironic's format: bcrypt."""
    import bcrypt

    # A random UUID cannot be guessed, so few rounds are enough.
    with open(os.path.join(directory, "password"), "rb") as secret:
        digest = bcrypt.hashpw(secret.read(), bcrypt.gensalt(4)).decode()
    with open(os.path.join(directory, "htpasswd"), "w") as out:
        out.write(f"admin:{digest}\n")


def queue_writers():
    """Makes SQLite's writers wait for each other instead of failing.

    oslo.db begins every transaction as a reader. If this transaction writes after another one has committed, SQLite
    fails it immediately, regardless of the timeout. Transactions of writers therefore take the write lock at their
    beginning, where the timeout applies.
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

    # Listeners of the class run before those of an engine, so oslo.db's own BEGIN finds the transaction begun and does
    # nothing.
    @event.listens_for(Engine, "begin")
    def begin(connection):
        if connection.get_execution_options().get("writes") and "in_transaction" not in connection.info:
            connection.execute(text("BEGIN IMMEDIATE"))
            connection.info["in_transaction"] = True

    # In WAL mode, a crash of the process then loses nothing; a crash of the computer may lose the last transactions.
    @event.listens_for(Engine, "connect")
    def connect(connection, _record):
        connection.execute("PRAGMA synchronous = NORMAL")


def keep_connections():
    """Makes oslo.db reuse connections to SQLite.

    By default it opens one for each transaction, which takes a fifth of the CPU time; and when the last connection is
    closed, SQLite moves its log into the database.
    """
    from oslo_db.sqlalchemy import engines
    from sqlalchemy import event, pool

    class ReusingPool(pool.QueuePool):
        def __init__(self, creator, **settings):
            super().__init__(creator, **{**settings, "pool_size": 20, "max_overflow": -1})

    engines.pool = types.SimpleNamespace(**{**vars(pool), "NullPool": ReusingPool})

    # oslo.db's note about a transaction must not outlive it.
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
            # Checked schemas are kept, so that their ids are not reused.
            if id(schema) not in checked:
                plain(schema, *rest, **more)
                if len(checked) < 1000:
                    checked[id(schema)] = schema

        validator.check_schema = check

    extend = jsonschema.validators.extend
    unchanged = functools.cache(extend)
    jsonschema.validators.extend = lambda of, *more, **rest: (extend if more or rest else unchanged)(of, *more, **rest)


def skip_tags():
    """Makes Ironic read nodes without their tags, which need a separate query. Its API neither shows nor sets tags."""
    import sqlalchemy
    from ironic.db.sqlalchemy import api, models
    from sqlalchemy import orm

    models.Node.tags.property.lazy = "noload"
    without_tags = sqlalchemy.select(models.Node).options(
        orm.noload(models.Node.tags), orm.selectinload(models.Node.traits)
    )
    api._get_node_select = lambda: without_tags


def share_tokens():
    """Makes Ironic reuse its token for requests to other services, instead of getting one for each."""
    from ironic.common import keystone

    shared = functools.cache(keystone.get_auth)
    plain = keystone.get_auth
    keystone.get_auth = lambda group, **options: plain(group, **options) if options else shared(group)


def hash_once():
    """Makes Ironic hash each BMC password once. The 600,000 rounds take most of a second at every request to the BMC."""
    from ironic.drivers.modules.redfish import utils

    hashed = functools.cache(hashlib.pbkdf2_hmac)
    utils.hashlib = types.SimpleNamespace(**{**vars(hashlib), "pbkdf2_hmac": hashed})


def accept_bursts():
    """Allows more than five connections to wait to be accepted; otherwise the sixth of a burst is reset."""
    from cheroot import wsgi

    wsgi.Server.__init__ = functools.partialmethod(wsgi.Server.__init__, request_queue_size=128)


def use_thread_events():
    """Makes Ironic use events of threads instead of processes, which would need a writable /dev/shm.

    A library imports eventlet if it is installed, and eventlet imports a DNS resolver. Neither is used here.
    """
    import multiprocessing

    multiprocessing.Event = threading.Event
    os.environ["EVENTLET_NO_GREENDNS"] = "yes"


def provide_config_drives():
    """Makes sure that Ironic can build config drives, with the programs of this Python's environment.

    Every deploy sends one. A problem that is found here keeps the lab from starting; found by a deploy, it would fail
    on each machine that is tried.
    """
    os.environ["PATH"] = os.path.join(sys.prefix, "bin") + os.pathsep + os.environ.get("PATH", os.defpath)
    from openstack.baremetal import configdrive

    try:
        configdrive.build({"name": "test"})
    except Exception as error:
        sys.exit(f"cannot build a config drive: {error}")


def create_schema(directory):
    """Creates the empty database that every lab starts with."""
    from ironic.command import dbsync

    sys.argv = ["ironic-dbsync", "--config-file", os.path.join(directory, "ironic.conf"), "create_schema"]
    dbsync.main()
    with sqlite3.connect(os.path.join(directory, "ironic.sqlite")) as database:
        database.execute("PRAGMA journal_mode = WAL")
    database.close()


def serve(directory, web_port, boot_delay, step_delay):
    """Does the same as the `ironic` command, without its master process.

    The master would restart a conductor that cannot start, again and again; here the process ends with the reason.
    """
    use_thread_events()
    # Must be the first import of Ironic: it selects the backend of oslo.service.
    import ironic.command.singleprocess  # noqa: F401
    from ironic.command import utils
    from ironic.common import service
    from ironic.conductor import rpc_service
    from ironic.conf import CONF

    provide_config_drives()
    queue_writers()
    keep_connections()
    look_once()
    skip_tags()
    share_tokens()
    hash_once()
    accept_bursts()
    service.prepare_service("ironic", ["ironic", "--config-file", os.path.join(directory, "ironic.conf")])
    # Python's isolated mode (`-I`) excludes the folder of this file.
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
    # Other threads do all work. This one receives signals: the handler of SIGTERM ends the process.
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
    # Detached from the terminal: Ctrl-C and closing the window must not end the lab.
    os.setsid()
    pid_file = lock_pid_file(args.dir)
    end_with_starter()
    if os.path.exists(os.path.join(args.dir, "password")):
        hash_password(args.dir)
    try:
        serve(args.dir, args.web_port, args.boot_delay, args.step_delay)
    except SystemExit as end:
        print(end.code, file=sys.stderr)
    except Exception:
        traceback.print_exc()
    finally:
        # Remaining threads must not keep the process alive.
        pid_file.close()
        os._exit(1)


if __name__ == "__main__":
    main()
