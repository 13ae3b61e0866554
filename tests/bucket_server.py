"""A server on loopback that speaks S3, with one empty bucket in it; what is put there is in its memory."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tests.postgres_server import free_port

BUCKET = "office"
KEY, SECRET = "AKIAOFFICE", "geheim-bucket-81aa"
_SECONDS = 60.0


@dataclass
class Buckets:
    """The server's address, and its process."""

    endpoint: str
    process: subprocess.Popen[bytes]

    def files(self) -> list[str]:
        """What lies in the bucket."""
        found = self.client().list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return [each["Key"] for each in found]

    def client(self):  # type: ignore[no-untyped-def]
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
        )

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


@contextmanager
def bucket_server() -> Iterator[Buckets]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", port],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Buckets(f"http://127.0.0.1:{port}", process)
    try:
        until = time.monotonic() + _SECONDS
        while True:
            try:
                server.client().create_bucket(Bucket=BUCKET)
            except (BotoCoreError, ClientError):
                assert time.monotonic() < until
                time.sleep(0.2)
            else:
                break
        yield server
    finally:
        server.stop()
