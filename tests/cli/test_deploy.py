"""What starts the run where nobody looks: each file of deploy/ is checked as far as it can be here."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socketserver
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import ClassVar

import pytest
from conftest import ROOT
from projects import BIN, PERIOD, QUICK, Project, environment, make_project

DEPLOY = ROOT / "deploy"
# What cron gives a command: no more than this.
BARE = {"SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "LOGNAME": "safeguarding"}


@pytest.fixture
def project(tmp_path: Path, printed: Path) -> Project:
    """A quick project with the files of deploy/ and the environment where they look for it."""
    made = make_project(tmp_path / "project", printed, QUICK.split("[reports.quality]")[0])
    shutil.copytree(DEPLOY, made.root / "deploy")
    (made.root / ".venv").symlink_to(BIN.parent)
    return made


def options_of(command: str) -> set[str]:
    return set(re.findall(r"--[a-z-]+", command.split("safeguarding run")[-1].split("safeguarding.exe")[-1]))


def test_every_option_that_a_file_names_exists() -> None:
    listed = subprocess.run(
        [BIN / "safeguarding", "run", "--help"], env=environment({"COLUMNS": "200"}), capture_output=True, text=True, check=True
    ).stdout
    found = set()
    for path in DEPLOY.iterdir():
        for line in path.read_text(encoding="utf-8").splitlines():
            if "safeguarding run" in line or "<Arguments>" in line:
                found |= options_of(line)
    assert {"--data", "--out", "--log-format", "--notify"} <= found
    assert all(option in listed for option in found), found


def cron_line(project: Project) -> tuple[dict[str, str], str, str]:
    """The variables of the cron file for this project, when its line runs, and its command."""
    lines = (DEPLOY / "safeguarding.cron").read_text(encoding="utf-8").splitlines()
    variables = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]+=", line))
    variables |= {"PROJECT": str(project.root), "DATA": str(project.root / "data"), "PACKS": str(project.root / "reports")}
    (line,) = (line for line in lines if line and line[0].isdigit())
    *when, user, command = line.split(maxsplit=6)
    assert user == "safeguarding"
    return variables, " ".join(when), command


def stand_in(project: Project) -> Path:
    """A mailer that keeps what it was given."""
    mailer = project.root / "sendmail"
    mailer.write_text(f"#!/bin/sh\ncat > {shlex.quote(str(project.root / 'mail'))}\n", encoding="utf-8")
    mailer.chmod(0o755)
    return mailer


@pytest.mark.skipif(os.name != "posix", reason="cron is Unix's")
def test_the_cron_line_works_with_what_cron_gives_it_and_tells_by_mail(project: Project) -> None:
    variables, when, command = cron_line(project)
    assert when == "0 2 1 * *"
    env = BARE | variables | {"SENDMAIL": str(stand_in(project)), "TO": "analyst", "HOME": str(project.root)}
    done = subprocess.run(["/bin/sh", "-c", command], env=env, capture_output=True, text=True, check=False)
    log = (project.root / "reports.log").read_text(encoding="utf-8")
    assert done.returncode == 0 and done.stdout == done.stderr == "", log
    events = [json.loads(line) for line in log.splitlines()]
    assert [event["event"] for event in events] == ["made", "published", "ready"]
    assert (project.root / "reports" / "latest" / "index.html").is_file()
    head, _, body = (project.root / "mail").read_text(encoding="utf-8").partition("\n\n")
    assert "To: analyst" in head and "Subject: Safeguarding pack: ready" in head
    summary = json.loads(body)
    assert summary["period"] == PERIOD and summary["made"] == ["dols"] and summary["failures"] == []
    project.raw.path("figure-5.csv").write_bytes(b"")
    failed = subprocess.run(["/bin/sh", "-c", command], env=env, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    head, _, body = (project.root / "mail").read_text(encoding="utf-8").partition("\n\n")
    assert "FAILED, the last one stands" in head and "figure-5.csv" in json.loads(body)["error"]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("cron") or not hasattr(os, "geteuid") or os.geteuid() != 0, reason="no cron to start here")
def test_cron_itself_runs_the_line(project: Project) -> None:
    variables, _, command = cron_line(project)
    file = Path("/etc/cron.d/safeguarding-test")
    lines = [f"{name}={value}" for name, value in (variables | {"SENDMAIL": str(stand_in(project))}).items()]
    file.write_text("\n".join([*lines, f"* * * * * root {command}", ""]), encoding="utf-8")
    cron = subprocess.Popen(["cron", "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ends = time.monotonic() + 150
        while not (project.root / "mail").exists() and time.monotonic() < ends:
            time.sleep(1)
    finally:
        file.unlink()
        cron.terminate()
        cron.wait()
    assert "Subject: Safeguarding pack: ready" in (project.root / "mail").read_text(encoding="utf-8")
    assert (project.root / "reports" / "latest" / "index.html").is_file()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_accepts_service_and_timer_and_calls_the_service_hardened(tmp_path: Path) -> None:
    for name in ("safeguarding.service", "safeguarding.timer"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        # The two that a machine without the installation lacks: the command and the user.
        text = text.replace("/opt/safeguarding-analysis/.venv/bin/safeguarding", "/bin/true").replace(
            "User=safeguarding", "User=daemon"
        )
        (tmp_path / name).write_text(text, encoding="utf-8")
    files = [str(tmp_path / "safeguarding.service"), str(tmp_path / "safeguarding.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "safeguarding.service:" not in done.stderr, done.stderr
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", files[0]], capture_output=True, text=True, check=False
    )
    exposure = re.search(r"Overall exposure level for safeguarding\.service: ([\d.]+)", judged.stdout)
    assert exposure and float(exposure[1]) < 2, judged.stdout[-300:]


def test_the_service_reaches_no_network_and_writes_two_folders() -> None:
    text = (DEPLOY / "safeguarding.service").read_text(encoding="utf-8")
    settings = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    assert settings["PrivateNetwork"] == "yes" and settings["ProtectSystem"] == "strict"
    named = re.findall(r"--(?:data|out) (\S+)", settings["ExecStart"])
    assert settings["ReadWritePaths"].split() == named and len(named) == 2


def test_the_workflow_is_one_that_github_would_take() -> None:
    yaml = pytest.importorskip("yaml")
    text = (DEPLOY / "github-actions.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    triggers = workflow[True]  # YAML reads the bare word "on" as true
    assert triggers["schedule"] == [{"cron": "0 2 1 * *"}]
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert job["runs-on"] and job["timeout-minutes"] <= 60
    assert all(("uses" in step) != ("run" in step) for step in job["steps"])
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]) for step in job["steps"] if "uses" in step)
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert all(step["run"].split()[1] in targets for step in job["steps"] if "run" in step)


def test_the_windows_task_has_what_the_scheduler_asks_for_in_its_order() -> None:
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    task = ElementTree.parse(DEPLOY / "task-scheduler.xml").getroot()  # noqa: S314 (our own file)
    assert task.tag == f"{space}Task" and task.get("version") == "1.2"
    order = ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]
    assert [child.tag.removeprefix(space) for child in task] == order
    assert task.findtext(f".//{space}MultipleInstancesPolicy") == "IgnoreNew"
    assert task.findtext(f".//{space}Command", "").endswith(r".venv\Scripts\safeguarding.exe")
    assert len(task.find(f".//{space}Months")) == 12  # type: ignore[arg-type]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script of sh")
def test_the_mail_says_what_became_of_the_run(project: Project) -> None:
    env = environment({"SENDMAIL": str(stand_in(project))})
    for status, words in (("done", "ready"), ("held back", "held back by the gate"), ("failed", "FAILED")):
        subprocess.run(
            [sys.executable, DEPLOY / "notify-by-mail"], input=json.dumps({"status": status}), env=env, text=True, check=True
        )
        assert words in (project.root / "mail").read_text(encoding="utf-8").splitlines()[1]
    some = {"status": "failed", "failures": [{"area": "Rutland", "reason": "The report failed."}]}
    subprocess.run([sys.executable, DEPLOY / "notify-by-mail"], input=json.dumps(some), env=env, text=True, check=True)
    assert "some FAILED" in (project.root / "mail").read_text(encoding="utf-8").splitlines()[1]


class Server(socketserver.StreamRequestHandler):
    """A mail server that takes one mail and keeps what it was told."""

    told: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        text = False
        for line in (line.decode().rstrip("\r\n") for line in self.rfile):
            self.told.append(line)
            text = (text or line.upper() == "DATA") and line != "."
            if line.upper() == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            if not text or line.upper() == "DATA":
                self.wfile.write(b"354 go on\r\n" if text else b"250 yes\r\n")


def test_the_mail_goes_to_a_mail_server_where_there_is_no_mailer() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        env = environment(
            {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(server.server_address[1]), "TO": "analyst@council", "SENDMAIL": "/no"}
        )
        said = json.dumps({"status": "done", "exceptions": ["Fewer – by 3"]}, ensure_ascii=False)
        subprocess.run([sys.executable, DEPLOY / "notify-by-mail"], input=said, env=env, encoding="utf-8", check=True, timeout=60)
    assert {"To: analyst@council", "Subject: Safeguarding pack: ready", said} <= set(Server.told)


def test_a_mail_that_cannot_be_sent_is_one_sentence_and_a_status() -> None:
    env = environment({"SENDMAIL": "/no/such/mailer"})
    done = subprocess.run(
        [sys.executable, DEPLOY / "notify-by-mail"], input="{}", env=env, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1 and done.stderr.startswith(
        "The mail could not be handed to the mailer; SENDMAIL or SMTP_HOST names one"
    )
    assert "Traceback" not in done.stderr
