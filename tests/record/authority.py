"""A time-stamping authority of openssl, with a root and a certificate made here."""

from __future__ import annotations

import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

CONFIG = """
[ tsa ]
default_tsa = here
[ here ]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
{chain}
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
EXTENSIONS = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\nbasicConstraints=CA:FALSE\n"


class Authority:
    """Stamps by ``openssl ts``; `root` is the PEM file of who certifies it.

    With `chain` its answers have the root's certificate too, in an order that DER does not allow: as some authorities
    answer, which a strict reader does not take.
    """

    def __init__(self, folder: Path, *, chain: bool = False) -> None:
        self.folder = folder
        self.root = folder / "root.pem"
        self._kept: dict[str, bytes] = {}
        (folder / "serial").write_text("01\n")
        (folder / "ts.cnf").write_text(CONFIG.format(folder=folder, chain=f"certs = {self.root}" if chain else ""))
        (folder / "ext.cnf").write_text(EXTENSIONS)
        new = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj"]
        _run([*new, "/CN=Root", "-x509", "-days", "30", "-keyout", folder / "root.key", "-out", self.root])
        _run([*new, "/CN=TSA", "-keyout", folder / "tsa.key", "-out", folder / "tsa.csr"])
        signed = ["openssl", "x509", "-req", "-in", folder / "tsa.csr", "-CA", self.root, "-CAkey", folder / "root.key"]
        made = ["-CAcreateserial", "-days", "30", "-extfile", folder / "ext.cnf", "-out", folder / "tsa.pem"]
        _run([*signed, *made])

    def stamp(self, request: bytes) -> bytes:
        """The answer to a request, both in DER."""
        query, answer = self.folder / "query.tsq", self.folder / "answer.tsr"
        query.write_bytes(request)
        _run(["openssl", "ts", "-reply", "-config", self.folder / "ts.cnf", "-queryfile", query, "-out", answer])
        return answer.read_bytes()

    def kept(self, text: str) -> bytes:
        """The answer for a text, made once."""
        from runner.record.timestamp import asked

        if text not in self._kept:
            self._kept[text] = self.stamp(asked(text))
        return self._kept[text]


class Service:
    """The authority behind HTTP, or what answers `body` whatever it is asked."""

    def __init__(self, authority: Authority | None, body: bytes = b"") -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = self.rfile.read(int(self.headers["Content-Length"]))
                answer = authority.stamp(request) if authority else body
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/tsa"
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()


def _run(command: list[object]) -> None:
    subprocess.run([str(each) for each in command], capture_output=True, check=True)
