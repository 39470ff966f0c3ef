"""A deal is fit to be booked when both parties, the sums and the dates of the order are certain."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

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


class OrderLine(BaseModel):
    """One position of the order."""

    model_config = ConfigDict(extra="forbid")

    position: int | None = Field(default=None, ge=1, description="Number of the line as printed.")
    article_number: Text | None = Field(default=None, description="Article or part number of the line.")
    description: Text = Field(description="What is ordered, as printed on the line.")
    quantity: Decimal = Field(gt=0, description="How many units are ordered.")
    unit: Text | None = Field(default=None, description="Unit of the quantity as printed, e.g. pcs, Stk, m, kg.")
    unit_price: Decimal = Field(ge=0, description="Net price of one unit.")
    line_total: Decimal = Field(ge=0, description="Net amount of the line as printed.")

    @field_validator("line_total")
    @classmethod
    def agrees_with_quantity_and_price(cls, line_total: Decimal, info: ValidationInfo) -> Decimal:
        if "quantity" not in info.data or "unit_price" not in info.data:
            return line_total
        expected = info.data["quantity"] * info.data["unit_price"]
        if abs(expected - line_total) > TOLERANCE:
            raise ValueError(f"the line says {line_total}, but quantity and unit price give {expected.quantize(CENT)}")
        return line_total


class Deal(BaseModel):
    """Who ordered what from whom, for how much and for when."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["purchase_order", "order_confirmation"] = Field(
        description="purchase_order when the buyer orders, order_confirmation when the supplier accepts."
    )
    document_number: Text = Field(description="Number of this document: of the order, or of the confirmation.")
    order_reference: Text | None = Field(
        default=None,
        validate_default=True,
        description="On a confirmation, the buyer's order number that it confirms; null on a purchase order.",
    )
    buyer: Text = Field(description="Company that orders and pays, with its legal form.")
    supplier: Text = Field(description="Company that delivers, with its legal form.")
    order_date: date = Field(description="Date printed on the document.")
    delivery_date: date = Field(description="Day on which the goods are to arrive or are promised.")
    currency: Text = Field(description="ISO 4217 code of the currency of all prices, e.g. EUR for €.")
    lines: list[OrderLine] = Field(min_length=1, description="All positions of the order, in their order.")
    net_total: Decimal = Field(ge=0, description="Total before tax.")
    tax_rate: Decimal | None = Field(
        default=None, ge=0, le=100, description="Rate of VAT or sales tax in percent, if printed."
    )
    tax_amount: Decimal | None = Field(default=None, ge=0, description="Amount of VAT or sales tax, if printed.")
    total: Decimal = Field(ge=0, description="Grand total including tax.")
    delivery_terms: Text | None = Field(
        default=None, description="Delivery condition as printed, usually an Incoterm and a place."
    )
    payment_terms: Text | None = Field(default=None, description="Payment condition as printed.")
    contact: Text | None = Field(default=None, description="Person to ask about this document, as printed.")

    @field_validator("order_reference")
    @classmethod
    def is_named_by_a_confirmation(cls, reference: str | None, info: ValidationInfo) -> str | None:
        if reference is None and info.data.get("kind") == "order_confirmation":
            raise ValueError("a confirmation has to name the order that it confirms")
        return reference

    @field_validator("supplier")
    @classmethod
    def is_not_the_buyer(cls, supplier: str, info: ValidationInfo) -> str:
        if supplier.casefold() == info.data.get("buyer", "").casefold():
            raise ValueError(f"{supplier} cannot be both the buyer and the supplier")
        return supplier

    @field_validator("delivery_date")
    @classmethod
    def is_not_before_the_order(cls, delivery: date, info: ValidationInfo) -> date:
        ordered = info.data.get("order_date")
        if ordered and delivery < ordered:
            raise ValueError(f"delivery on {delivery} would be before the document's date {ordered}")
        return delivery

    @field_validator("currency")
    @classmethod
    def is_an_iso_4217_code(cls, currency: str) -> str:
        if currency not in ISO_4217.split():
            raise ValueError(f"{currency} is no currency code of ISO 4217")
        return currency

    @field_validator("net_total")
    @classmethod
    def is_the_sum_of_the_lines(cls, net_total: Decimal, info: ValidationInfo) -> Decimal:
        if "lines" not in info.data:
            return net_total
        expected = sum((line.line_total for line in info.data["lines"]), Decimal(0))
        if abs(expected - net_total) > TOLERANCE:
            raise ValueError(f"the net total says {net_total}, but the lines add up to {expected.quantize(CENT)}")
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
