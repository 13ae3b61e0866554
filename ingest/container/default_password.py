"""Workbooks that are encrypted and open without asking: with the password that every spreadsheet program tries itself.

Excel encrypts a workbook in this way when its structure is protected, or when it is offered read-only. The method is
that of [MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15 ("agile" encryption); what is encrypted otherwise stays closed.
"""

import base64
import hashlib
import io
import re
import struct
from dataclasses import dataclass

from ingest.container.file_kind import attributes

_PASSWORD = "VelvetSweatshop".encode("utf-16-le")
#: Version and flags of the method, before its description in XML.
_AGILE = struct.pack("<HHI", 4, 4, 0x40)
_KEY_DATA = re.compile(rb"<(?:\w+:)?keyData\s([^>]*)>")
_ENCRYPTED_KEY = re.compile(rb"<(?:\w+:)?encryptedKey\s([^>]*)>")
#: What the password's hash is mixed with for each of the things that it opens.
_FOR_INPUT, _FOR_VALUE, _FOR_KEY = (
    bytes.fromhex(block) for block in ("fea7d2763b4b9e79", "d7aa0f6d3061344e", "146e0be7abacd0d6")
)
_HASHES = {b"SHA1": "sha1", b"SHA256": "sha256", b"SHA384": "sha384", b"SHA512": "sha512"}
_SEGMENT = 4096
#: Excel spins a hundred thousand times, a tenth of a second; a file that asks for much more is no report.
_MOST_SPINS = 200_000


def opened_by_default(content: bytes) -> bytes | None:
    """The workbook inside an encrypted one that opens without asking; None for one that asks, and for any other."""
    # Only few files are encrypted, and these libraries take their time to be loaded.
    import xlrd.compdoc  # type: ignore[import-untyped]

    try:
        document = xlrd.compdoc.CompDoc(content, logfile=io.StringIO())
        description = document.get_named_stream("EncryptionInfo")
        package = document.get_named_stream("EncryptedPackage")
        if not description or not package or not description.startswith(_AGILE):
            return None
        return _decrypted(bytes(description), bytes(package))
    except Exception:
        # Whatever is broken here, the file stays closed.
        return None


@dataclass(frozen=True)
class _Method:
    """One of the method's two keys: how it hashes and encrypts."""

    salt: bytes
    hash_name: str
    key_bytes: int

    def hashed(self, content: bytes) -> bytes:
        return hashlib.new(self.hash_name, content).digest()


def _method(known: dict[bytes, bytes]) -> _Method:
    if known[b"cipherAlgorithm"] != b"AES" or known[b"cipherChaining"] != b"ChainingModeCBC":
        raise ValueError(known[b"cipherAlgorithm"])
    return _Method(base64.b64decode(known[b"saltValue"]), _HASHES[known[b"hashAlgorithm"]], int(known[b"keyBits"]) // 8)


def _decrypted(description: bytes, package: bytes) -> bytes | None:
    key_data, encrypted_key = _KEY_DATA.search(description), _ENCRYPTED_KEY.search(description)
    if key_data is None or encrypted_key is None:
        return None
    known = attributes(encrypted_key[1])
    method = _method(known)
    spins = int(known[b"spinCount"])
    if spins > _MOST_SPINS:
        return None
    password = method.hashed(method.salt + _PASSWORD)
    for spin in range(spins):
        password = method.hashed(struct.pack("<I", spin) + password)

    def opened(name: bytes, mixed_with: bytes) -> bytes:
        key = method.hashed(password + mixed_with)[: method.key_bytes].ljust(method.key_bytes, b"\x36")
        return _aes(key, method.salt[:16], base64.b64decode(known[name]))

    proof = method.hashed(opened(b"encryptedVerifierHashInput", _FOR_INPUT)[: len(method.salt)])
    if not opened(b"encryptedVerifierHashValue", _FOR_VALUE).startswith(proof):
        return None
    secret = opened(b"encryptedKeyValue", _FOR_KEY)[: method.key_bytes]
    contents = _method(attributes(key_data[1]))
    (size,) = struct.unpack_from("<Q", package)
    segments = (
        _aes(secret, contents.hashed(contents.salt + struct.pack("<I", number))[:16], package[at : at + _SEGMENT])
        for number, at in enumerate(range(8, len(package) // 16 * 16, _SEGMENT))
    )
    return b"".join(segments)[:size]


def _aes(key: bytes, start: bytes, content: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    decryptor = Cipher(algorithms.AES(key), modes.CBC(start)).decryptor()
    return decryptor.update(content[: len(content) // 16 * 16]) + decryptor.finalize()
