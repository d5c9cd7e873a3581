"""Engines that a test session starts and stops: a PostgreSQL of its own, and a Spark in one JVM."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.conftest import require

SWITCH = "HABITUE_REQUIRE_ENGINES"
# Nobody's data: the server listens on loopback and dies with the tests. A hard one for URLs.
PASSWORD = "s3cret pass/word@%"


@dataclass(frozen=True)
class Postgres:
    """A running server, and how to reach it."""

    port: int
    admin: str
    password: str = PASSWORD

    def url(self, database: str = "postgres", *, user: str = "habitue") -> str:
        """Give the address as a user would write it."""
        from urllib.parse import quote_plus

        return f"postgresql://{user}:{quote_plus(self.password)}@127.0.0.1:{self.port}/{database}"

    def sql(self, *statements: str, database: str = "postgres") -> list[Any]:
        """Run statements as the owner, and give the rows of the last."""
        import psycopg

        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=self.admin, password=self.password,
            dbname=database, autocommit=True,
        ) as connection:  # fmt: skip
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start PostgreSQL on a free loopback port, sorting text as people do and not by its bytes."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    if not (binaries or found):
        require(SWITCH, "PostgreSQL is not installed (package postgresql)")
    if find_spec("psycopg") is None:
        require(SWITCH, "its driver is not installed: pip install 'habitue[postgres]'")
    folder = binaries[0] if binaries else Path(str(found)).parent
    # initdb refuses root; the package made a user for it.
    owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    home = Path(tempfile.mkdtemp(prefix="habitue-pg-"))
    os.chown(home, owner.pw_uid, owner.pw_gid)
    (home / "pw").write_text(PASSWORD)
    (home / "pw").chmod(0o644)

    def run(program: str, *words: str) -> None:
        done = subprocess.run(
            [folder / program, *words], cwd=home, user=owner.pw_uid, group=owner.pw_gid,
            extra_groups=[], capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stderr or done.stdout}"

    run(
        "initdb", "--pgdata=data", "--encoding=UTF8", "--username=habitue", "--pwfile=pw",
        "--auth=scram-sha-256", "--locale=C.UTF-8", "--locale-provider=icu",
        "--icu-locale=en-US", "--no-sync",
    )  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = (
        f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home} "
        "-c fsync=off -c full_page_writes=off -c shared_buffers=64MB -c jit=off"
    )
    run("pg_ctl", "--pgdata=data", "--wait", "--log=log", f"--options={options}", "start")
    try:
        yield Postgres(port=port, admin="habitue")
    finally:
        run("pg_ctl", "--pgdata=data", "--mode=immediate", "--wait", "stop")
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def spark_session() -> Iterator[Any]:
    """Start Spark with two threads, no web page and little to say."""
    if find_spec("pyspark") is None:
        require(SWITCH, "Spark is not installed: pip install 'habitue[spark]'")
    if shutil.which("java") is None:
        require(SWITCH, "Spark needs a Java, and there is none (package default-jre-headless)")
    from pyspark.sql import SparkSession

    home = Path(tempfile.mkdtemp(prefix="habitue-spark-"))
    quiet = home / "log4j2.properties"
    quiet.write_text("rootLogger.level = error\n")
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "2g")
        .config("spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={quiet}")
        .config("spark.sql.shuffle.partitions", "1")
        # Compiling a plan to bytecode takes longer than walking it over a few hundred rows.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.warehouse.dir", str(home / "warehouse"))
        .getOrCreate()
    )
    try:
        yield session
    finally:
        session.stop()
        shutil.rmtree(home, ignore_errors=True)
