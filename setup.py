"""Copies flags/ into the package where one is built; what the package is, pyproject.toml says."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

FLAGS = Path(__file__).parent / "flags"


class BuildWithFlagFiles(build_py):
    """In a wheel the flag files are in stgan_tf/flags; elsewhere the package finds flags/."""

    def run(self):
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / "stgan_tf" / FLAGS.name
        shutil.rmtree(target, ignore_errors=True)  # of an earlier build
        shutil.copytree(FLAGS, target)


setup(cmdclass={"build_py": BuildWithFlagFiles})
