#!/usr/bin/env python3
"""From spark-submit to the first training step: where the time goes.

Runs one step of pretrain by a distribution's own spark-submit, embedded (local[2]) or on a standalone master with two
workers as processes, and prints the lines event=startup of driver and ranks on one time axis, which begins with the
spark-submit command. --cold begins with an empty folder for libtorch.

  bench/startup.py --spark-home DIR --corpus out/quickstart/corpus [--cluster] [--cold]
"""
import argparse
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINE = re.compile(r"event=startup process=(\S+) phase=(\S+) ms=(\d+) since_process_start_ms=(\d+) epoch_ms=(\d+)")

JAR = re.compile(r"^(\S+ \S+) INFO (?:Utils|Executor): (Fetching|Adding) .*retromae-spark_", re.MULTILINE)
LOG = """
rootLogger.level = info
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yy/MM/dd HH:mm:ss.SSS} %p %c{1}: %m%n
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spark-home", required=True, type=pathlib.Path)
    parser.add_argument("--corpus", required=True, type=pathlib.Path)
    parser.add_argument("--cluster", action="store_true", help="a master and two workers instead of local[2]")
    parser.add_argument("--cold", action="store_true", help="libtorch is not unpacked yet")
    return parser.parse_args()


def daemon(home, folder, environment, name, *more):
    log = open(folder / f"{name.lower().replace('.', '-')}-{len(more)}.log", "w+")
    command = [home / "bin/spark-class", f"org.apache.spark.deploy.{name}", "--host", "127.0.0.1", "--webui-port", "0"]
    return subprocess.Popen([*command, *more], env=environment, stdout=log, stderr=log), pathlib.Path(log.name)


def await_line(log, pattern, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = re.search(pattern, log.read_text())
        if found:
            return found
        time.sleep(0.1)
    raise SystemExit(f"{log} has no {pattern}:\n{log.read_text()}")


def start_cluster(home, folder, environment):
    master, log = daemon(home, folder, environment, "master.Master", "--port", "0")
    url = await_line(log, r"Starting Spark master at (spark://\S+)").group(1)
    workers = []
    for i in range(2):
        options = ["--cores", "1", "--memory", "2g", "--work-dir", str(folder / f"work-{i}"), url]
        workers.append(daemon(home, folder, environment, "worker.Worker", *options)[0])
    for _ in range(600):
        if len(re.findall("Registering worker", log.read_text())) == 2:
            return url, [*workers, master]
        time.sleep(0.1)
    raise SystemExit("workers did not register")


def main():
    given = arguments()
    jar = next((ROOT / "submit/target").glob("retromae-spark_2.1*.jar"))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="startup-"))
    (folder / "conf").mkdir()
    (folder / "conf/log4j2.properties").write_text(LOG)
    environment = dict(os.environ, SPARK_LOCAL_IP="127.0.0.1", OMP_NUM_THREADS="1", SPARK_CONF_DIR=folder / "conf")
    environment.pop("DJL_CACHE_DIR", None)
    if given.cold:
        environment["XDG_CACHE_HOME"] = str(folder / "cache")
    master, processes = ("local[2]", [])
    try:
        if given.cluster:
            master, processes = start_cluster(given.spark_home, folder, environment)
        command = [given.spark_home / "bin/spark-submit", "--class", "io.retromae.submit.Main", "--master", master]
        for setting in ["spark.driver.host=127.0.0.1", "spark.ui.enabled=false", "spark.executor.cores=1",
                        "spark.executor.memory=900m"]:
            command += ["--conf", setting]
        command += [jar, "pretrain", "-c", ROOT / "conf/quickstart-pretrain.yaml", "--output", folder / "run"]
        for setting in [f"corpus={given.corpus.resolve()}", "schedule.max_steps=1"]:
            command += ["--set", setting]
        begin = time.time() * 1000
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        (folder / "driver.log").write_text(done.stdout + done.stderr)
        if done.returncode:
            raise SystemExit(done.stdout[-3000:] + done.stderr[-3000:])
        show(folder, begin)
    finally:
        for process in processes:
            process.terminate()
            process.wait()
    shutil.rmtree(folder)


def show(folder, begin):
    found = {}
    for log in [folder / "driver.log", *folder.glob("work-*/*/*/stderr")]:
        for line in LINE.finditer(log.read_text()):
            process, phase, ms, since, epoch = line.groups()
            found[int(epoch), process, phase] = (int(ms), int(since))
        for time_of_day, verb in JAR.findall(log.read_text()):
            moment = datetime.datetime.strptime(time_of_day, "%y/%m/%d %H:%M:%S.%f").timestamp()
            found[int(moment * 1000), log.parent.name, f"jar: {verb.lower()} begins"] = (0, 0)
    print(f"{'ends at s':>10} {'took s':>7} {'process age s':>13}  what")
    for (epoch, process, phase), (ms, since) in sorted(found.items()):
        print(f"{(epoch - begin) / 1000:10.1f} {ms / 1000:7.1f} {since / 1000:13.1f}  {process} {phase}")


main()
