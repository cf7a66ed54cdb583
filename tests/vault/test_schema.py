"""A vault of the first version opens, gets the new columns, and what was in it is known in the new ways too."""

from __future__ import annotations

from pathlib import Path

from assistant.vault import Vault, schema

from .conftest import CHEAP, put, secret


def downgrade(vault: Vault) -> None:
    """The tables as version 1 had them."""
    with vault._db.write() as cursor:
        cursor.execute("DROP TRIGGER pseudonym_gone")
        cursor.execute("DROP TABLE name_parts")
        cursor.execute("DROP INDEX pseudonyms_by_compact")
        cursor.execute("ALTER TABLE pseudonyms DROP COLUMN written")
        cursor.execute("ALTER TABLE pseudonyms DROP COLUMN compact")
        cursor.execute("ALTER TABLE pseudonyms DROP COLUMN sure")
        cursor.execute("ALTER TABLE users DROP COLUMN groups")
        cursor.execute("ALTER TABLE documents DROP COLUMN losses")
        cursor.execute("ALTER TABLE passages DROP COLUMN sure")
        cursor.execute("PRAGMA user_version = 1")


def test_a_first_version_is_brought_up_to_date(folder: Path) -> None:
    with Vault.create(folder, secret(), kdf=CHEAP) as vault:
        put(vault, "Text.")
        vault.pseudonym("PHONE_NUMBER", "(415) 555-2671", "p", lambda taken: "(212) 555-0100")
        downgrade(vault)
    with Vault.open(folder, secret()) as vault:
        assert vault.known_originals({"415 555 2671", "4155552671", "555-2671"}) == {"415 555 2671", "4155552671"}
        assert [(m.original, m.written) for m in vault.originals()] == [("(415) 555-2671", "")]
        vault.pseudonym("PERSON", "Ann Quillzor", "p", lambda taken: "Eve Moss", ["Quillzor"])
        (info,) = vault.documents()
        assert vault.document(info.id).losses == ()
        assert [passage.sure for passage in vault.document_passages(info.id)] == [True]
        assert vault.integrity() == []
        with vault._db.read() as cursor:
            assert not schema.outdated(cursor)


def test_users_of_the_second_version_are_in_no_group_until_they_are_given_one(folder: Path) -> None:
    words = "a password of some length"
    with Vault.create(folder, secret(), kdf=CHEAP) as vault:
        vault.add_user("ann", words, ["clinician"], kdf=CHEAP)
        kept = put(vault, "Text of ward seven.")
        with vault._db.write() as cursor:
            cursor.execute("ALTER TABLE users DROP COLUMN groups")
            cursor.execute("ALTER TABLE documents DROP COLUMN losses")
            cursor.execute("ALTER TABLE passages DROP COLUMN sure")
            cursor.execute("ALTER TABLE pseudonyms DROP COLUMN sure")
            cursor.execute("PRAGMA user_version = 2")
    with Vault.open(folder, secret()) as vault:
        assert vault.login("ann", words).groups == frozenset()
        vault.set_groups("ann", ["ward-7"])
        vault.add_user("bob", words, [], groups=["ward-8"], kdf=CHEAP)
        assert vault.login("ann", words).groups == {"ward-7"}
        assert [user.groups for user in vault.users()] == [{"ward-7"}, {"ward-8"}]
        assert vault.document(kept).text == "Text of ward seven."
        assert vault.integrity() == []
