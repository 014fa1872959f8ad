"""One target under atheris: ``python -m stress.fuzzing TARGET [flags of libFuzzer]``."""

import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "fuzz"))
with atheris.instrument_imports(include=["ice_mock"]):
    from fuzz_targets import TARGETS


def main() -> None:
    name, flags = sys.argv[1], sys.argv[2:]
    target, seeds = TARGETS[name]
    logging.disable(logging.CRITICAL)
    with TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds()):
            (Path(folder) / f"seed-{number}").write_bytes(seed)
        atheris.Setup([sys.argv[0], *flags, folder], target)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
