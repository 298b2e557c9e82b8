"""Starting and ending, who may ask, and a graph that is built again while it is served."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.store import publish
from kg.vocab import KG, SKOS, TYPE
from tests.serve.conftest import Got, Served, serving


def wait_for(what: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return what()


def is_gone(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


# ---------------------------------------------------------------- starting and ending


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_and_leaves_no_process(sample_dir: Path, number: signal.Signals) -> None:
    with serving(sample_dir) as server:
        assert wait_for(lambda: json.loads(server.ask("/health").body)["idle"] >= 5)
        children = server.children()
        assert len(children) >= 4
        server.process.send_signal(number)
        assert server.process.wait(20) == 0
        assert wait_for(lambda: all(map(is_gone, children)), 5)


def test_a_signal_ends_it_while_a_query_runs(sample_dir: Path) -> None:
    with serving(sample_dir) as server:
        asking = socket.create_connection(("127.0.0.1", server.port))
        product = "%20".join(f"?a{i}%20?b{i}%20?c{i}%20." for i in range(40))
        asking.sendall(f"GET /sparql?query=ASK%7B{product}%7D HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert wait_for(lambda: json.loads(server.ask("/health").body)["long"] == 1)
        children = server.children()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
        assert wait_for(lambda: all(map(is_gone, children)), 5)
        asking.close()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel to end workers with their parent (Linux)")
def test_workers_end_with_a_parent_that_is_killed(sample_dir: Path) -> None:
    with serving(sample_dir) as server:
        children = server.children()
        assert children
        server.process.kill()
        server.process.wait()
        assert wait_for(lambda: all(map(is_gone, children)), 5)


def test_nothing_is_left_in_the_temporary_folder(
    sample_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(sample_dir) as server:
        assert wait_for(lambda: any(tmp_path.glob("kg-serve-*/*.counts")))
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(20) == 0
    assert list(tmp_path.iterdir()) == []


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "kg.cli", "serve", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_port_in_use_is_one_line(sample_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = started(str(sample_dir), "--port", port)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert port in done.stderr
    assert "--port" in done.stderr


def test_an_address_that_is_none_of_this_machine_is_one_line(sample_dir: Path) -> None:
    done = started(str(sample_dir), "--port", "0", "--host", "192.0.2.1")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "192.0.2.1" in done.stderr


def test_what_is_no_graph_is_one_line(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none"):
        done = started(str(place), "--port", "0")
        assert done.returncode == 1, done.stderr
        assert done.stderr.count("\n") == 1
        assert str(place) in done.stderr


def test_it_listens_on_this_machine_alone(served: Served) -> None:
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("no /proc/net/tcp here")
    port = f":{served.port:04X}"
    places = [line.split()[1] for line in table.read_text(encoding="ascii").splitlines()[1:] if line.split()[3] == "0A"]
    assert [place for place in places if place.endswith(port)] == [f"0100007F{port}"]


def test_a_graph_file_is_served_too(tmp_path: Path) -> None:
    place = tmp_path / "graph.nt"
    place.write_text('<http://e/a> <http://e/p> "x" .\n', encoding="utf-8")
    with serving(place) as server:
        assert server.sparql("SELECT ?o { ?s ?p ?o }", accept="text/csv").text == "o\r\nx\r\n"
        place.write_text('<http://e/a> <http://e/p> "other" .\n', encoding="utf-8")
        assert server.sparql("SELECT ?o { ?s ?p ?o }", accept="text/csv").text == "o\r\nother\r\n"


# ---------------------------------------------------------------- health


def test_health_says_how_it_is(served: Served) -> None:
    found = json.loads(served.ask("/health").body)
    assert found["status"] == "ok"
    assert found["triples"] > 1000
    assert found["generation"]
    assert set(found) >= {"idle", "long", "waiting", "network", "version"}


def test_health_says_when_there_is_no_graph_any_more(tmp_path: Path, sample_dir: Path) -> None:
    place = tmp_path / "out"
    shutil.copytree(sample_dir / "store", place / "store")
    with serving(place) as server:
        (place / "store" / "CURRENT").rename(place / "store" / "AWAY")
        got = server.ask("/health")
        assert got.status == 503
        assert "kg build" in json.loads(got.body)["why"]
        assert server.sparql("ASK {}").status == 500
        (place / "store" / "AWAY").rename(place / "store" / "CURRENT")
        assert server.ask("/health").status == 200


def test_a_worker_that_is_killed_is_replaced(sample_dir: Path) -> None:
    with serving(sample_dir) as server:
        assert wait_for(lambda: json.loads(server.ask("/health").body)["idle"] >= 5)
        for child in server.children():
            os.kill(child, signal.SIGKILL)
        time.sleep(0.3)
        for _ in range(10):
            assert server.sparql("ASK {}").status == 200


# ---------------------------------------------------------------- another generation


def test_what_is_published_while_it_serves_is_served(tmp_path: Path) -> None:
    def build(count: int) -> None:
        lines = sorted(
            line
            for n in range(count)
            for line in (f"<http://e/{n}> <{TYPE}> <{KG}Method> .", f'<http://e/{n}> <{SKOS}prefLabel> "thing {n}" .')
        )
        (tmp_path / "graph.nt").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        publish(tmp_path / "graph.nt", tmp_path / "out" / "store", f"{count:016x}")

    build(1)
    counting = "SELECT (COUNT(*) AS ?n) { ?s a kg:Method }"
    with serving(tmp_path / "out") as server:
        for count in (1, 2, 5, 9):
            build(count)
            for _ in range(6):
                assert server.sparql(counting, accept="text/csv").text.split() == ["n", str(count)]
        assert wait_for(lambda: b"thing 8" in server.ask("/api/search?q=thing+8").body)


# ---------------------------------------------------------------- who may ask


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:80", "[::1]:7878", "LOCALHOST:1"])
def test_the_names_of_this_machine_are_answered_to(served: Served, host: str) -> None:
    assert served.ask("/health", headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::1", "10.0.0.1"]
)
@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK%7B%7D", "/health", "/api/start"])
def test_other_names_are_not(served: Served, host: str, path: str) -> None:
    got = served.ask(path, headers={"Host": host})
    assert got.status == 421 if host else got.status in (400, 421)  # some readers of HTTP refuse an empty one before
    assert b"bindings" not in got.body


def asked_by(server: Served, headers: dict[str, str], *, method: str = "POST") -> Got:
    headers = {"Host": f"127.0.0.1:{server.port}", "Content-Type": "application/sparql-query", **headers}
    if method == "POST":
        return server.ask("/sparql", method="POST", body="ASK {}", headers=headers)
    return server.ask("/sparql?query=ASK%7B%7D", method=method, headers=headers)


def test_pages_of_other_sites_may_not_ask(served: Served) -> None:
    own = f"http://127.0.0.1:{served.port}"
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{served.port + 1}", f"{own}.evil.example"):
        got = asked_by(served, {"Origin": origin})
        assert got.status == 403, origin
        assert "access-control-allow-origin" not in got.headers
    assert asked_by(served, {"Origin": own}).status == 200
    assert asked_by(served, {}).status == 200  # no browser
    blind = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert asked_by(served, blind, method="GET").status == 403
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert asked_by(served, followed, method="GET").status == 200
    assert asked_by(served, followed).status == 403


def test_names_and_other_sites_can_be_let_in(sample_dir: Path) -> None:
    with serving(sample_dir, "--cors", "--allow-host", "Graphs.example") as server:
        assert server.ask("/health", headers={"Host": "graphs.example:80"}).status == 200
        got = asked_by(server, {"Origin": "https://other.example"})
        assert (got.status, got.headers["access-control-allow-origin"]) == (200, "*")
        preflight = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
        got = server.ask("/sparql", method="OPTIONS", headers=preflight)
        assert got.status == 204
        assert "Content-Type" in got.headers["access-control-allow-headers"]
        assert server.ask("/api/start", headers={"Origin": "https://other.example"}).status == 403


def test_on_all_interfaces_any_address_is_a_name_and_no_other_name_is(sample_dir: Path) -> None:
    with serving(sample_dir, "--host", "0.0.0.0") as server:  # noqa: S104
        assert server.ask("/health", headers={"Host": "192.0.2.7"}).status == 200
        assert server.ask("/health", headers={"Host": "evil.example"}).status == 421


def test_every_answer_has_the_headers_that_keep_a_browser_safe(served: Served) -> None:
    for path in ("/", "/query", "/static/dom.js", "/sparql?query=ASK%7B%7D", "/sparql?query=x", "/none", "/api/start"):
        headers = served.ask(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]


@pytest.mark.parametrize("name", ["../worker.py", "..%2fworker.py", "%2e%2e/worker.py", ".", "none.js", "/etc/passwd"])
def test_no_other_file_is_handed_out(served: Served, name: str) -> None:
    assert served.ask(f"/static/{name}").status == 404


def test_a_request_that_is_cut_short_or_slow_holds_nobody_up(served: Served) -> None:
    slow = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(50)]
    for connection in slow:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nquery=")
    assert served.sparql("ASK {}").status == 200
    for connection in slow:
        connection.close()
    assert served.sparql("ASK {}").status == 200


def test_a_client_that_leaves_frees_its_worker(sample_dir: Path) -> None:
    with serving(sample_dir) as server:
        product = "%20".join(f"?a{i}%20?b{i}%20?c{i}%20." for i in range(40))
        leaving = socket.create_connection(("127.0.0.1", server.port))
        leaving.sendall(f"GET /sparql?query=ASK%7B{product}%7D HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert wait_for(lambda: json.loads(server.ask("/health").body)["long"] == 1)
        leaving.close()
        assert wait_for(lambda: json.loads(server.ask("/health").body)["long"] == 0, 5)


def test_a_tail_of_the_log_is_silent(sample_dir: Path) -> None:
    """Nothing that clients do wrong fills the screen of whoever serves."""
    with serving(sample_dir) as server:
        for path in ("/none", "/sparql?query=x", "/entity/none"):
            assert server.ask(path).status in (400, 404)
        server.process.send_signal(signal.SIGINT)
        server.process.wait(20)
        assert server.process.stderr is not None
        assert server.process.stderr.read() == ""
