"""The inserters of other systems: what can be said of them without those systems."""

import sys

import pytest

from diktate.errors import InsertError
from diktate.insert import inserter
from diktate.insert.inserter import Inserter, Keys
from diktate.insert.macos import MacKeys
from diktate.insert.windows import WindowsKeys
from tests.insert.test_inserter import World


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_every_platform_has_an_inserter_and_making_it_opens_nothing(platform: str) -> None:
    assert isinstance(inserter(World(), platform), Inserter)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="it would really press keys")
@pytest.mark.parametrize("keys", [WindowsKeys(), MacKeys()])
def test_elsewhere_they_say_so(keys: Keys) -> None:
    for deed in (keys.focused, keys.held, keys.paste):
        with pytest.raises(InsertError):
            deed()
