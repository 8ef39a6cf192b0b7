"""Runs a lab's Ironic: API, conductor and the server of mock images, all in this one process.

    lab_ironic.py serve --dir DIR --images-port PORT
    lab_ironic.py schema --dir DIR

`ironic.conf` is read from DIR. It is started with the Python of the lab's virtual environment.
"""

import argparse
import fcntl
import functools
import http.server
import os
import signal
import sqlite3
import sys
import threading
import traceback


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


class QuietFiles(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def serve_images(directory, port):
    handler = functools.partial(QuietFiles, directory=directory)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def hash_password(directory):
    """Writes the one account of `http_basic`, as Ironic wants it: bcrypt."""
    import bcrypt

    with open(os.path.join(directory, "password"), "rb") as secret:
        digest = bcrypt.hashpw(secret.read(), bcrypt.gensalt()).decode()
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


def accept_bursts():
    """Lets more than five connections wait to be accepted, where the sixth of a burst would be reset."""
    from cheroot import wsgi

    wsgi.Server.__init__ = functools.partialmethod(wsgi.Server.__init__, request_queue_size=128)


def create_schema(directory):
    """Makes an empty database that every lab can start from."""
    from ironic.command import dbsync

    sys.argv = ["ironic-dbsync", "--config-file", os.path.join(directory, "ironic.conf"), "create_schema"]
    dbsync.main()
    with sqlite3.connect(os.path.join(directory, "ironic.sqlite")) as database:
        database.execute("PRAGMA journal_mode = WAL")
    database.close()


def serve(directory):
    """What the `ironic` command does, without its master process.

    The master would start a conductor that cannot start again and again; here the process ends, and says why.
    """
    # Imported before anything else of Ironic: it chooses how oslo.service runs.
    import ironic.command.singleprocess  # noqa: F401
    from ironic.command import utils
    from ironic.common import service
    from ironic.conductor import rpc_service
    from ironic.conf import CONF

    queue_writers()
    accept_bursts()
    service.prepare_service("ironic", ["ironic", "--config-file", os.path.join(directory, "ironic.conf")])
    launcher = service.process_launcher(no_fork=True)
    utils.handle_signal()
    manager = ("ironic.conductor.manager", "ConductorManager")
    conductor = rpc_service.RPCService(CONF.host, *manager, embed_api=True)
    launcher.launch_service(conductor)
    # All is done by other threads now. This one is there for signals: the handler of SIGTERM ends the process.
    while True:
        signal.pause()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["serve", "schema"])
    parser.add_argument("--dir", required=True)
    parser.add_argument("--images-port", type=int)
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
    serve_images(os.path.join(args.dir, "images"), args.images_port)
    if os.path.exists(os.path.join(args.dir, "password")):
        hash_password(args.dir)
    try:
        serve(args.dir)
    except Exception:
        traceback.print_exc()
    finally:
        # Threads that are left must not keep a process alive that serves nothing.
        pid_file.close()
        os._exit(1)


if __name__ == "__main__":
    main()
