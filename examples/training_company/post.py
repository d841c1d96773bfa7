"""The post: a mail server with a real mailbox and an SMS gateway, both on this machine, and the notifier that speaks to them.

A real host names its own server and gateway here; what is sent, and when, is the library's.
"""

from __future__ import annotations

import base64
import email
import email.policy
import json
import mailbox
import socket
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

from subaccounts import Email, Secret
from subaccounts.notifiers import HTTPSMSNotifier, Letterhead, Router, Security, SMTPNotifier, SMTPServer

HERE: Final = "127.0.0.1"
_KEY: Final = Secret("whsec_" + base64.b64encode(b"a key that only this demo ever uses!").decode())


class Post:
    """Deliver mails into a mailbox in a folder, and SMS into a list."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.texts: list[dict[str, str]] = []
        """What the gateway was told to send, oldest first."""
        self._mail = Controller(Mailbox(folder), hostname=HERE, port=_free_port())
        self._mail.start()
        self._gateway = HTTPServer((HERE, 0), self._taking())
        Thread(target=self._gateway.serve_forever, daemon=True).start()
        server = SMTPServer(host=HERE, port=self._mail.port, security=Security.LOOPBACK)
        letterhead = Letterhead(sender=Email.parse("portal@training.example"), name="Harbor & Hill Training")
        sms = f"http://{HERE}:{self._gateway.server_port}/sms"
        self.notifier = Router(
            email=SMTPNotifier(server=server, letterhead=letterhead), sms=HTTPSMSNotifier(url=sms, keys=[_KEY])
        )

    def newest_mail(self, to: str) -> EmailMessage:
        """Return the newest mail in the mailbox for an address."""
        box = mailbox.Maildir(str(self.folder), create=False)
        in_order = sorted(box.keys(), key=lambda key: (self.folder / "new" / key).stat().st_mtime_ns)
        found = [email.message_from_bytes(box.get_bytes(key), policy=email.policy.default) for key in in_order]
        return [each for each in found if to in str(each["To"])][-1]

    def close(self) -> None:
        """Close both."""
        self._mail.stop()
        self._gateway.shutdown()
        self._gateway.server_close()

    def _taking(self) -> type[BaseHTTPRequestHandler]:
        texts = self.texts

        class Taking(BaseHTTPRequestHandler):
            """Take what is posted, and say nothing on the screen."""

            def do_POST(self) -> None:
                """Keep the SMS and accept it."""
                texts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                answer = json.dumps({"id": f"sms-{len(texts)}"}).encode()
                self.send_response(202)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: object) -> None:
                """Stay quiet."""

        return Taking


def _free_port() -> int:
    with socket.socket() as probe:  # the mail server does not find one by itself
        probe.bind((HERE, 0))
        port: int = probe.getsockname()[1]
        return port
