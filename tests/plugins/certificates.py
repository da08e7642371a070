"""Certificates for a test that talks to a broker over TLS, made by openssl in a folder."""
import subprocess


class Certificates:
    """Two authorities; of the first a broker's certificate for localhost, one that has expired, one for the name
    broker.example, and a client's with a passphrase ("secret"). NAME.pem is key and certificate in one file."""

    def __init__(self, folder):
        self.folder = folder
        self.authority("ca")
        self.authority("other-ca")
        here = "subjectAltName=DNS:localhost,IP:127.0.0.1"
        self.issue("broker", here)
        self.issue("expired", here, days=-1)
        self.issue("named", "subjectAltName=DNS:broker.example")
        self.issue("client", "subjectAltName=DNS:client")
        self.openssl("pkcs8", "-topk8", "-in", "client.key", "-out", "client.protected.key", "-v2", "aes256",
                     "-passout", "pass:secret")

    def path(self, name):
        return f"{self.folder}/{name}"

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    def authority(self, name):
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                     "-keyout", f"{name}.key", "-out", f"{name}.crt")

    def issue(self, name, extension, days=2):
        with open(self.path(f"{name}.ext"), "w", encoding="ascii") as file:
            file.write(extension + "\n")
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key",
                     "-out", f"{name}.csr")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                     "-days", str(days), "-extfile", f"{name}.ext", "-out", f"{name}.crt")
        with open(self.path(f"{name}.pem"), "w", encoding="ascii") as both:
            for part in (f"{name}.key", f"{name}.crt"):
                with open(self.path(part), encoding="ascii") as file:
                    both.write(file.read())
