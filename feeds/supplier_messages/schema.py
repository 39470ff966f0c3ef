"""A message is fit to act on when it says what its kind of message has to say."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
PERCENT_TOLERANCE = Decimal("0.1")  # letters round percentages to one place
ISO_4217 = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL "
    "LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP "
    "PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
    "TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)


def is_known(currency: str | None) -> str | None:
    if currency is not None and currency not in ISO_4217.split():
        raise ValueError(f"{currency} is no currency code of ISO 4217")
    return currency


class Amount(BaseModel):
    """A sum of money that the message names."""

    model_config = ConfigDict(extra="forbid")

    value: Decimal = Field(description="The amount as a plain number.")
    currency: Text | None = Field(default=None, description="ISO 4217 code, e.g. EUR for €; null if not stated.")

    _currency_is_known = field_validator("currency")(is_known)


class SupplierMessage(BaseModel):
    """What a supplier tells us, and the facts that follow from it."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["price_change", "delay", "confirmation", "request", "other"] = Field(
        description="price_change: prices go up or down; delay: a delivery comes later; confirmation: "
        "an order or date is accepted; request: the supplier asks for something; other: none of these."
    )
    supplier: Text = Field(description="Company that the message comes from, with its legal form.")
    sender: Text | None = Field(default=None, description="Name of the person who wrote the message.")
    subject: Text = Field(description="Subject line of the message.")
    sent_on: date = Field(description="Day on which the message was sent, from its date header.")
    summary: Text = Field(description="One sentence: what the message says and asks of us.")
    order_number: Text | None = Field(
        default=None,
        validate_default=True,
        description="Number of the order, contract or quote that the message is about.",
    )
    article_number: Text | None = Field(default=None, description="Number of the article that the message is about.")
    currency: Text | None = Field(default=None, description="ISO 4217 code of the old and new price.")
    old_price: Decimal | None = Field(default=None, ge=0, description="Price before the change.")
    new_price: Decimal | None = Field(default=None, ge=0, description="Price after the change.", validate_default=True)
    change_percent: Decimal | None = Field(
        default=None,
        validate_default=True,
        description="Price change in percent, negative when prices fall.",
    )
    effective_date: date | None = Field(
        default=None, validate_default=True, description="First day on which the new price applies."
    )
    original_delivery_date: date | None = Field(default=None, description="Delivery day that was agreed before.")
    new_delivery_date: date | None = Field(
        default=None,
        validate_default=True,
        description="Delivery day that now applies: the new one of a delay, or the confirmed one.",
    )
    reply_by: date | None = Field(default=None, description="Day by which the supplier asks for an answer.")
    people: list[Text] = Field(default=[], description="Names of all people in the newest message.")
    organisations: list[Text] = Field(default=[], description="Names of all companies in the newest message.")
    dates: list[date] = Field(default=[], description="All dates in the body of the newest message.")
    amounts: list[Amount] = Field(default=[], description="All sums of money in the newest message.")

    _currency_is_known = field_validator("currency")(is_known)

    @field_validator("order_number")
    @classmethod
    def is_named_by_a_confirmation(cls, order: str | None, info: ValidationInfo) -> str | None:
        if order is None and info.data.get("kind") == "confirmation":
            raise ValueError("a confirmation has to name the order that it confirms")
        return order

    @field_validator("new_price")
    @classmethod
    def is_another_price_in_a_known_currency(cls, new: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if new is None:
            return new
        if info.data.get("currency", "") is None:
            raise ValueError(f"the new price {new} has no currency")
        if new == info.data.get("old_price"):
            raise ValueError(f"the new price {new} is the old price: nothing changes")
        return new

    @field_validator("change_percent")
    @classmethod
    def agrees_with_the_prices(cls, percent: Decimal | None, info: ValidationInfo) -> Decimal | None:
        old, new = info.data.get("old_price"), info.data.get("new_price")
        if percent is None and info.data.get("kind") == "price_change" and (old is None or new is None):
            raise ValueError("a price change has to state the old and the new price, or the change in percent")
        if percent is None or not old or new is None:
            return percent
        expected = (new - old) / old * 100
        if abs(expected - percent) > PERCENT_TOLERANCE:
            raise ValueError(f"the change says {percent} %, but {old} to {new} is {expected:.1f} %")
        return percent

    @field_validator("effective_date")
    @classmethod
    def is_announced_ahead(cls, effective: date | None, info: ValidationInfo) -> date | None:
        if effective is None and info.data.get("kind") == "price_change":
            raise ValueError("a price change has to say from which day it applies")
        sent = info.data.get("sent_on")
        if effective and sent and effective < sent:
            raise ValueError(f"the new price applies from {effective}, before it was announced on {sent}")
        return effective

    @field_validator("new_delivery_date")
    @classmethod
    def is_later_when_delayed(cls, new: date | None, info: ValidationInfo) -> date | None:
        if info.data.get("kind") != "delay":
            return new
        if new is None:
            raise ValueError("a delay has to name the new delivery date")
        original = info.data.get("original_delivery_date")
        if original and new <= original:
            raise ValueError(f"delivery moves from {original} to {new}, which is no delay")
        return new

    @field_validator("reply_by")
    @classmethod
    def is_not_in_the_past(cls, reply_by: date | None, info: ValidationInfo) -> date | None:
        sent = info.data.get("sent_on")
        if reply_by and sent and reply_by < sent:
            raise ValueError(f"an answer is asked for by {reply_by}, before the message was sent on {sent}")
        return reply_by
