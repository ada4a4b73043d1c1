"""Taps of the personal centre and the address book. `back` names the screen under it: "welcome", "home", "me"."""

from __future__ import annotations

from keyboards.taps import Id, OptionalId, Tap


class MeTap(Tap, prefix="1me"):
    """The personal centre."""


class ProfileTap(Tap, prefix="1mp"):
    """What the person told about themselves."""


class ProfileFieldTap(Tap, prefix="1mf"):
    """Asks for a field of the profile."""

    field: str


class ProfileClearTap(Tap, prefix="1mc"):
    """Empties a field of the profile."""

    field: str


class LanguageTap(Tap, prefix="1ml"):
    """Offers the languages."""

    back: str = "me"


class LanguageChosenTap(Tap, prefix="1mx"):
    """Changes the language and redraws the screen under it."""

    language: str
    back: str = "me"


class CurrencyTap(Tap, prefix="1mu"):
    """Offers the currencies; `back` is "me" or "cart"."""

    back: str = "me"


class CurrencyChosenTap(Tap, prefix="1my"):
    """Changes the currency that prices are shown in and redraws the screen under it."""

    currency: str
    back: str = "me"


class NoticesTap(Tap, prefix="1mn"):
    """Which messages the person wants."""


class MarketingTap(Tap, prefix="1mk"):
    """Gives or withdraws the consent to marketing messages."""

    wanted: bool
    back: str = "notices"


class AddressesTap(Tap, prefix="1ad"):
    """The address book."""


class AddressTap(Tap, prefix="1av"):
    address: Id


class AddressDefaultTap(Tap, prefix="1af"):
    """Makes this the address that checkouts begin with."""

    address: Id


class AddressRemoveTap(Tap, prefix="1ar"):
    """Asks whether to remove an address; with `sure` removes it."""

    address: Id
    sure: bool = False


class AddressAddTap(Tap, prefix="1aa"):
    """Begins a new address, asked for step by step; for a checkout it leads back there."""

    checkout: OptionalId = None


class AddressPasteTap(Tap, prefix="1ap"):
    """Asks for a whole address in one message."""

    checkout: OptionalId = None


class AddressEditTap(Tap, prefix="1ae"):
    """Asks for one field of a saved address anew."""

    address: Id
    field: str


class AddressFixTap(Tap, prefix="1ax"):
    """Asks for one field of the address that is being written anew."""

    field: str


class AddressResumeTap(Tap, prefix="1az"):
    """Back to the address that is being written."""


class AddressDropTap(Tap, prefix="1aq"):
    """Drops the address that is being written."""


class AddressSaveTap(Tap, prefix="1ay"):
    """Saves the address as it was read from a pasted message."""


class RegionsTap(Tap, prefix="1rp"):
    """A page of the provinces."""

    page: int = 1


class RegionTap(Tap, prefix="1rg"):
    code: str


class CitiesTap(Tap, prefix="1rq"):
    """A page of the cities of the chosen province."""

    page: int = 1


class CityTap(Tap, prefix="1rc"):
    """A city by its place in the list of its province."""

    number: int


class CountriesTap(Tap, prefix="1rw"):
    """Other countries."""


class CountryTap(Tap, prefix="1rn"):
    code: str


class AddressSkipTap(Tap, prefix="1as"):
    """Leaves a field empty that may be."""


class AddressLabelTap(Tap, prefix="1al"):
    """One of the ready labels: "home", "work", "school"."""

    label: str
