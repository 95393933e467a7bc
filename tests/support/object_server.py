"""An S3-compatible server for tests, with users whose rights it really checks.

    async def test_…(object_server: ObjectServer):
        bucket = object_server.bucket()            # versioned, of its own
        object_server.may_do_all(bucket)           # credentials, as `ObjectStorage`
        object_server.may_add_only(bucket)

The policy of ``may_add_only`` is the one that the operations guide gives.
"""

import json
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from licorne.adapters.object_storage import ObjectStorage

POLICY = Path(__file__).resolve().parents[2] / "deploy" / "backup-store-policy.json"
_REGION = "us-east-1"


@dataclass
class ObjectServer:
    url: str

    def __post_init__(self) -> None:
        # Whoever comes before anybody is known may do all; then rights are checked.
        self._administrator = self._client("iam", "first", "first")
        self._keys = self._user({"Effect": "Allow", "Action": "*", "Resource": "*"})
        self._check_rights()

    def bucket(self) -> str:
        name = f"test-{uuid.uuid4().hex[:12]}"
        s3 = self._client("s3", *self._keys)
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def may_do_all(self, bucket: str, prefix: str = "") -> ObjectStorage:
        return ObjectStorage(bucket, prefix, self.url, _REGION, *self._keys)

    def may_add_only(self, bucket: str, prefix: str = "") -> ObjectStorage:
        statements = json.loads(POLICY.read_text().replace("BUCKET", bucket))["Statement"]
        self._administrator = self._client("iam", *self._keys)
        keys = self._user(*statements)
        return ObjectStorage(bucket, prefix, self.url, _REGION, *keys)

    def objects(self, bucket: str) -> dict[str, bytes]:
        """Everything in a bucket, as its owner sees it."""
        s3 = self._client("s3", *self._keys)
        listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {
            one["Key"]: s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
            for one in listed
        }

    def change(self, bucket: str, key: str, content: bytes) -> None:
        self._client("s3", *self._keys).put_object(Bucket=bucket, Key=key, Body=content)

    def _user(self, *statements: dict[str, Any]) -> tuple[str, str]:
        name = f"user-{uuid.uuid4().hex[:8]}"
        iam = self._administrator
        iam.create_user(UserName=name)
        iam.put_user_policy(
            UserName=name,
            PolicyName="rights",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}),
        )
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    def _client(self, service: str, key: str, secret: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=_REGION,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
        )

    def _check_rights(self) -> None:
        request = urllib.request.Request(
            f"{self.url}/moto-api/reset-auth",
            data=b"0",
            headers={"Content-Type": "text/plain"},
            method="POST",
        )
        urllib.request.urlopen(request, timeout=10).close()


@pytest.fixture(scope="session")
def object_server() -> Iterator[ObjectServer]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = Path(sys.executable).parent / "moto_server"
    process = subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"MOTO_ALLOW_NONEXISTENT_REGION": "true", "PATH": ""},
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, "the S3-compatible server doesn't start"
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield ObjectServer(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()
