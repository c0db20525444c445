"""`study serve` as a process that can be killed and started again."""

import re
import subprocess
import sys
import threading
from pathlib import Path

import requests

ROOT = Path(__file__).parents[2]


class StudyServer:
    """url, lines (what it logs), export_url."""

    def __init__(self, folder):
        self._folder, self._port = folder, 0
        self.lines = []
        self.start()

    def start(self):
        """Starts, on the earlier port where there was one."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stgan_tf.study", "serve", f"--study_dir={self._folder}"]
            + [f"--port={self._port}"],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for line in self.process.stderr:
            self.lines.append(line.rstrip())
            if found := re.search(r"Serving the study at (http://127.0.0.1:(\d+))/", line):
                self.url, self._port = found[1], int(found[2])
            if found := re.search(r"Export: (\S+)", line):
                self.export_url = found[1]
                break
        assert self.process.poll() is None, "\n".join(self.lines)
        self._reader = threading.Thread(target=self._read, args=(self.process,))
        self._reader.start()

    def _read(self, process):
        for line in process.stderr:
            self.lines.append(line.rstrip())

    def post(self, path, body, session=requests):
        return session.post(f"{self.url}/api/{path}", json=body, timeout=60)

    def kill(self):
        """As kill -9."""
        self.process.kill()
        self._wait()

    def stop(self):
        """As Ctrl-C; returns the exit status."""
        self.process.terminate()
        return self._wait()

    def _wait(self):
        status = self.process.wait(60)
        self._reader.join()
        self.process.stderr.close()
        return status
