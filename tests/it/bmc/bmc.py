"""A BMC that speaks Redfish for several machines, on its own port.

bmc.py DIRECTORY UUID...

It prints its port, then runs one command per line until the end of standard input: "password TEXT" changes the
password, "delay SECONDS" delays each response, "refusals" prints the number of refused logins. The answer to each is
one line.
"""

import os
import sys
import threading
import time

import bcrypt
from sushy_tools.emulator import main as emulator
from sushy_tools.emulator.resources.systems import fakedriver
from werkzeug import serving


class Gate:
    """Delays requests, and counts refused logins."""

    def __init__(self, app):
        self.app = app
        self.delay = 0.0
        self.refusals = 0

    def __call__(self, environ, start_response):
        time.sleep(self.delay)

        def watched(status, *rest):
            if status.startswith("401"):
                self.refusals += 1
            return start_response(status, *rest)

        return self.app(environ, watched)


class Quiet(serving.WSGIRequestHandler):
    """Logs nothing."""

    def log(self, *args):
        pass


def set_password(directory, password):
    """Sets the password of the user "op". The emulator reads the file at each request."""
    secret = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
    path = os.path.join(directory, "users")
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(f"op:{secret}\n")
    os.replace(path + ".new", path)
    return path


def main():
    directory, *uuids = sys.argv[1:]
    machines = [
        {"uuid": uuid, "name": f"machine-{number}", "power_state": "Off", "external_notifier": False,
         "nics": [{"mac": f"52:54:00:bb:00:{number:02x}", "ip": "192.0.2.9"}]}
        for number, uuid in enumerate(uuids)
    ]
    # Power changes take a second or two, not ten.
    fakedriver.random.randint = lambda low, high: low
    emulator.app.configure(extra_config={
        "SUSHY_EMULATOR_FAKE_DRIVER": True,
        "SUSHY_EMULATOR_FAKE_SYSTEMS": machines,
        "SUSHY_EMULATOR_STATE_DIR": directory,
        "SUSHY_EMULATOR_AUTH_FILE": set_password(directory, "first"),
    })
    gate = Gate(emulator.app)
    server = serving.make_server("127.0.0.1", 0, gate, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.port, flush=True)
    for line in sys.stdin:
        match line.split():
            case ["password", password]:
                set_password(directory, password)
                print("done", flush=True)
            case ["delay", seconds]:
                gate.delay = float(seconds)
                print("done", flush=True)
            case ["refusals"]:
                print(gate.refusals, flush=True)


if __name__ == "__main__":
    main()
