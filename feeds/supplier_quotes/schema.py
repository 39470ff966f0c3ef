"""A quote is fit to buy from when its lines, its totals and its dates agree with each other."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
CENT = Decimal("0.01")
TOLERANCE = 2 * CENT  # the line and the total are each rounded once
ISO_4217 = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL "
    "LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP "
    "PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
    "TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)


class LineItem(BaseModel):
    """One position of the quote."""

    model_config = ConfigDict(extra="forbid")

    position: int | None = Field(default=None, ge=1, description="Number of the line as printed.")
    article_number: Text | None = Field(default=None, description="The supplier's article or part number.")
    description: Text = Field(description="What is offered, as printed on the line.")
    quantity: Decimal = Field(gt=0, description="How many units are offered.")
    unit: Text | None = Field(default=None, description="Unit of the quantity as printed, e.g. pcs, Stk, m, kg.")
    unit_price: Decimal = Field(ge=0, description="Net price of one unit, before the line's discount.")
    discount_percent: Decimal | None = Field(
        default=None, ge=0, le=100, description="Discount on this line in percent, if one is printed."
    )
    line_total: Decimal = Field(ge=0, description="Net amount of the line as printed, after its discount.")

    @field_validator("line_total")
    @classmethod
    def agrees_with_quantity_and_price(cls, line_total: Decimal, info: ValidationInfo) -> Decimal:
        if "quantity" not in info.data or "unit_price" not in info.data:
            return line_total
        discount = info.data.get("discount_percent") or Decimal(0)
        expected = info.data["quantity"] * info.data["unit_price"] * (1 - discount / 100)
        if abs(expected - line_total) > TOLERANCE:
            raise ValueError(
                f"the line says {line_total}, but quantity, unit price and discount give {expected.quantize(CENT)}"
            )
        return line_total


class SupplierQuote(BaseModel):
    """What a supplier offers, at which prices, until when and on which terms."""

    model_config = ConfigDict(extra="forbid")

    supplier: Text = Field(description="Company that makes the offer, with its legal form.")
    customer: Text | None = Field(default=None, description="Company the offer is addressed to.")
    quote_number: Text = Field(description="The supplier's number of the quote.")
    issue_date: date = Field(description="Date on which the quote was issued.")
    valid_until: date = Field(description="Last day on which the quote can be accepted.")
    currency: Text = Field(description="ISO 4217 code of the currency of all prices, e.g. EUR for €.")
    line_items: list[LineItem] = Field(min_length=1, description="All positions of the quote, in their order.")
    discount_amount: Decimal | None = Field(
        default=None,
        ge=0,
        description="Discount on the whole quote, as a positive amount, if one is printed.",
    )
    freight: Decimal | None = Field(
        default=None,
        ge=0,
        description="Freight, shipping or packing charge added to the lines, if one is printed.",
    )
    net_total: Decimal = Field(ge=0, description="Total before tax, after discount and freight.")
    tax_rate: Decimal | None = Field(
        default=None, ge=0, le=100, description="Rate of VAT or sales tax in percent, if printed."
    )
    tax_amount: Decimal | None = Field(default=None, ge=0, description="Amount of VAT or sales tax, if printed.")
    total: Decimal = Field(ge=0, description="Grand total including tax.")
    delivery_terms: Text | None = Field(
        default=None, description="Delivery condition as printed, usually an Incoterm and a place."
    )
    delivery_time: Text | None = Field(default=None, description="Lead time as printed, e.g. 3 weeks after order.")
    payment_terms: Text | None = Field(default=None, description="Payment condition as printed.")

    @field_validator("valid_until")
    @classmethod
    def is_not_before_the_issue_date(cls, valid_until: date, info: ValidationInfo) -> date:
        issued = info.data.get("issue_date")
        if issued and valid_until < issued:
            raise ValueError(f"the quote ends on {valid_until}, before it was issued on {issued}")
        return valid_until

    @field_validator("currency")
    @classmethod
    def is_an_iso_4217_code(cls, currency: str) -> str:
        if currency not in ISO_4217.split():
            raise ValueError(f"{currency} is no currency code of ISO 4217")
        return currency

    @field_validator("net_total")
    @classmethod
    def is_the_sum_of_the_lines(cls, net_total: Decimal, info: ValidationInfo) -> Decimal:
        if "line_items" not in info.data:
            return net_total
        lines = sum((item.line_total for item in info.data["line_items"]), Decimal(0))
        discount, freight = (info.data.get(name) or Decimal(0) for name in ("discount_amount", "freight"))
        expected = lines - discount + freight
        if abs(expected - net_total) > TOLERANCE:
            raise ValueError(
                f"the net total says {net_total}, but lines, discount and freight give {expected.quantize(CENT)}"
            )
        return net_total

    @field_validator("tax_amount")
    @classmethod
    def is_the_rate_of_the_net_total(cls, tax_amount: Decimal | None, info: ValidationInfo) -> Decimal | None:
        net, rate = info.data.get("net_total"), info.data.get("tax_rate")
        if tax_amount is None or net is None or rate is None:
            return tax_amount
        expected = net * rate / 100
        if abs(expected - tax_amount) > TOLERANCE:
            raise ValueError(f"the tax says {tax_amount}, but {rate} % of {net} are {expected.quantize(CENT)}")
        return tax_amount

    @field_validator("total")
    @classmethod
    def is_net_plus_tax(cls, total: Decimal, info: ValidationInfo) -> Decimal:
        if "net_total" not in info.data or "tax_amount" not in info.data:
            return total
        expected = info.data["net_total"] + (info.data["tax_amount"] or Decimal(0))
        if abs(expected - total) > TOLERANCE:
            raise ValueError(f"the total says {total}, but net total and tax give {expected.quantize(CENT)}")
        return total
