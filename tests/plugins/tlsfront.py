"""A port that speaks TLS and hands on what comes to another port in plain, for what a broker itself cannot be made to do."""
import socket
import ssl
import threading


class TlsFront:
    """`certificate` is a file with key and certificate; `only`: whoever asks for another name is turned away, and that
    name is what the certificate is for."""

    def __init__(self, certificate, target, only=None):
        self.target = target
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        if only:
            self.context.sni_callback = lambda _socket, name, _context: (
                None if name == only else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _address = self.server.accept()
            threading.Thread(target=self.join, args=(client,), daemon=True).start()

    def join(self, client):
        try:
            secure = self.context.wrap_socket(client, server_side=True)
            plain = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            client.close()
            return
        threading.Thread(target=self.pump, args=(plain, secure), daemon=True).start()
        self.pump(secure, plain)

    @staticmethod
    def pump(source, sink):
        try:
            while chunk := source.recv(65536):
                sink.sendall(chunk)
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
