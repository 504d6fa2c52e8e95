"""What benchmarks beside a peer share: Maven, class paths, interpreters with a peer's packages, the report of a process, verdicts."""
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OURS = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}  # as the launcher and Spark's properties have it


def maven(*arguments):
    """Runs the project's Maven; MAVEN_OPTIONS is passed on."""
    subprocess.check_call([os.path.join(ROOT, "mvnw"), "-q", *os.environ.get("MAVEN_OPTIONS", "").split(), *arguments], cwd=ROOT)


def class_path(module, scope="runtime"):
    """Compiles the module and all it needs (tests too, which know each other); returns its class path."""
    with tempfile.NamedTemporaryFile("r") as path:
        maven("-pl", module, "-am", "test-compile", "dependency:build-classpath", "-Dmdep.includeScope=" + scope,
              "-Dmdep.outputFile=" + path.name)
        return os.path.join(ROOT, module, "target/classes") + ":" + path.read().strip()


def peer_python(peer, home=None):
    """An interpreter with the packages of peers/requirements-PEER.txt, which go into bench/.venv-PEER (or `home`) on first use."""
    home = os.path.join(ROOT, "bench", home or ".venv-" + peer)
    python = os.path.join(home, "bin/python")
    if not os.path.exists(python):
        subprocess.check_call([sys.executable, "-m", "venv", home])
        subprocess.check_call([python, "-m", "pip", "install", "-q", "-r", os.path.join(ROOT, "bench/peers/requirements-%s.txt" % peer)])
    return python


def report(who, on, command, environment):
    """What a process says in its last line, as JSON; names who failed on what."""
    process = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ, **environment))
    if process.returncode != 0:
        sys.exit("%s failed on %s" % (who, on))
    return json.loads(process.stdout.strip().splitlines()[-1])


def verdict(value, limits, at_most=False):
    meets = (lambda limit: value <= limit) if at_most else (lambda limit: value >= limit)
    return "aim met" if meets(limits["aim"]) else "pass" if meets(limits["bar"]) else "FAIL"
