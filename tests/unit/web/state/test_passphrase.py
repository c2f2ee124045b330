"""web.state.passphrase: the hash that the command passphrase prints."""

import pytest

from web.state.passphrase import hashed, is_hash, is_passphrase, main


def test_the_printed_setting_is_a_hash_of_what_was_typed(monkeypatch, capsys):
    monkeypatch.setattr("getpass.getpass", lambda _: "petals in the rain")
    main()
    name, _, setting = capsys.readouterr().out.strip().partition("=")
    assert name == "IRISML_PRESENTER_PASSPHRASE"
    assert is_passphrase("petals in the rain", setting)
    assert not is_passphrase("petals in the sun", setting)


def test_a_short_passphrase_is_refused(monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda _: "petals")
    with pytest.raises(SystemExit, match="has 6 characters; give it 8 or more"):
        main()


@pytest.mark.parametrize("setting", ["scrypt:", "scrypt:zz:00", "scrypt:00:11", hashed("petals in the rain")[:-2]])
def test_a_damaged_hash_is_none(setting):
    assert not is_hash(setting)
