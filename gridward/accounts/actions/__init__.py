"""The only writers of people, bodies, grants and devices."""

from gridward.accounts.actions.bodies import change_body, create_body, end_body, set_guides
from gridward.accounts.actions.devices import note_presence, sign_out_device, sign_out_devices
from gridward.accounts.actions.grants import grant_role, replace_scopes, withdraw_grant
from gridward.accounts.actions.importing import ImportedPeople, import_people, try_import, undo_import
from gridward.accounts.actions.leaving import leave_organisation
from gridward.accounts.actions.passwords import change_own_password, reset_password
from gridward.accounts.actions.people import NewAccount, create_user, remember_choice, rename_user

__all__ = [
    "ImportedPeople",
    "NewAccount",
    "change_body",
    "change_own_password",
    "create_body",
    "create_user",
    "end_body",
    "grant_role",
    "import_people",
    "leave_organisation",
    "note_presence",
    "remember_choice",
    "rename_user",
    "replace_scopes",
    "reset_password",
    "set_guides",
    "sign_out_device",
    "sign_out_devices",
    "try_import",
    "undo_import",
    "withdraw_grant",
]
