"""Records the golden bundle anew: ``python -m tests.audit.evidence.record``.

Only when the format of bundles gets a new number, which the change log says: bundles that went out stay as they are,
and every later version has to read them.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from runner.store.schema import migrate
from runner.store.session import Database
from tests.audit.evidence.exhibit import Exhibit

GOLDEN = Path(__file__).with_name("golden.zip")


def main() -> None:
    """Write the bundle of the exhibit."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/office.db"
        database = Database(url)
        migrate(database)
        database.close()
        exhibit = Exhibit(url, Path(folder))
        bundle, _ = exhibit.export()
        exhibit.runner.close()
    GOLDEN.write_bytes(bundle)


if __name__ == "__main__":
    main()
